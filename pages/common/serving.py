"""What goes to a browser beside the pages: large files, and answers to what its scripts send.

Streamlit's own download button reads a file whole before it sends it; here it is read from disk while it is sent, and
a download that broke off can be taken up again. A page offers a file or an answer and gets an address that cannot be
guessed; what no page offered cannot be had.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.common.watching import watched
from segcore.errors import SegcoreError

_MOST, _MOST_ANSWERS = 2000, 24
"""Files and answers that are remembered; an answer of a long video holds some 10 MB."""
_LARGEST = 2_000_000
"""Bytes that a script may send."""
_OFFERED: OrderedDict[Path, str] = OrderedDict()
"""File → the part of its address that cannot be guessed; the newest at the end."""
_ANSWERS: OrderedDict[str, tuple[str, Callable[[bytes], Answer]]] = OrderedDict()
"""What an answer is for → the same part of its address, and what makes it; the newest at the end."""
_GUARD = threading.Lock()


@dataclass(frozen=True)
class Answer:
    """What is sent back: content, its kind ("image/jpeg"), and headers."""

    content: bytes
    kind: str
    headers: dict[str, str]


def offer(path: Path, name: str, *, shown: bool = False) -> str:
    """The address under which this dashboard sends a file.

    Args:
        path: of the file, as long as somebody may want it.
        name: what it is called where it arrives.
        shown: to be shown in a page (a video), not saved; any part of it can be had.
    """
    with _GUARD:
        token = _OFFERED.setdefault(path, uuid.uuid4().hex)
        _OFFERED.move_to_end(path)
        while len(_OFFERED) > _MOST:
            _OFFERED.popitem(last=False)
    return f"{_base()}/{'show' if shown else 'download'}/{token}/{quote(name, safe='')}"


def answer_with(purpose: str, make: Callable[[bytes], Answer]) -> str:
    """The address to which a script of a page may post what `make` answers.

    Args:
        purpose: the same purpose has the same address, and the newest `make` answers there.
        make: called in a thread with at most 2 MB; a `SegcoreError` is told to the script.
    """
    with _GUARD:
        token = _ANSWERS[purpose][0] if purpose in _ANSWERS else uuid.uuid4().hex
        _ANSWERS[purpose] = token, make
        _ANSWERS.move_to_end(purpose)
        while len(_ANSWERS) > _MOST_ANSWERS:
            _ANSWERS.popitem(last=False)
    return f"{_base()}/answer/{token}"


def _base() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def routes() -> list[Route]:
    """For the server that carries the pages."""
    return [
        Route("/download/{token}/{name}", _download),
        Route("/show/{token}/{name}", _show),
        Route("/answer/{token}", _answer, methods=["POST"]),
        watched(),
    ]


def _download(request: Request) -> Response:
    return _send(request, "attachment")


def _show(request: Request) -> Response:
    return _send(request, "inline")


def _send(request: Request, disposition: str) -> Response:
    with _GUARD:
        path = next((p for p, token in _OFFERED.items() if token == request.path_params["token"]), None)
    if path is None or not path.is_file():
        text = "This file is not there (any more). Open the page again and take it from there."
        return PlainTextResponse(text, 404)
    return FileResponse(
        path,
        filename=request.path_params["name"],
        content_disposition_type=disposition,
        headers={"X-Content-Type-Options": "nosniff"},
    )


async def _answer(request: Request) -> Response:
    with _GUARD:
        make = next((m for token, m in _ANSWERS.values() if token == request.path_params["token"]), None)
    if make is None:
        return PlainTextResponse("The dashboard was restarted. Open the page again.", 404)
    sent = bytearray()
    async for part in request.stream():
        sent += part
        if len(sent) > _LARGEST:
            return PlainTextResponse("More than 2 MB were sent.", 413)
    try:
        made = await run_in_threadpool(make, bytes(sent))
    except SegcoreError as error:
        return PlainTextResponse(str(error), 422)
    return Response(made.content, media_type=made.kind, headers=made.headers | {"Cache-Control": "no-store"})
