"""Large files on their way to a browser: read from disk while they are sent, never held in memory.

Streamlit's own download button reads a file whole before it sends it. A page offers a file here and gets an address
for it; what no page offered cannot be fetched. Downloads that broke off can be taken up again.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

_MOST = 2000
_OFFERED: OrderedDict[Path, str] = OrderedDict()
"""File → the part of its address that cannot be guessed; the newest at the end."""
_GUARD = threading.Lock()


def offer(path: Path, name: str) -> str:
    """The address under which this dashboard sends a file.

    Args:
        path: of the file, as long as somebody may want it.
        name: what it is called where it arrives.
    """
    with _GUARD:
        token = _OFFERED.setdefault(path, uuid.uuid4().hex)
        _OFFERED.move_to_end(path)
        while len(_OFFERED) > _MOST:
            _OFFERED.popitem(last=False)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/download/{token}/{quote(name, safe='')}"


def routes() -> list[Route]:
    """For the server that carries the pages."""
    return [Route("/download/{token}/{name}", _send)]


def _send(request: Request) -> Response:
    with _GUARD:
        path = next((p for p, token in _OFFERED.items() if token == request.path_params["token"]), None)
    if path is None or not path.is_file():
        text = "This file is not there (any more). Open the page again and take it from there."
        return PlainTextResponse(text, 404)
    return FileResponse(path, filename=request.path_params["name"], headers={"X-Content-Type-Options": "nosniff"})
