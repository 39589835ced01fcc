"""`/segcore/health`: a yes or no beside Streamlit's own `/_stcore/health`, which only knows that the server runs."""

from __future__ import annotations

import threading
import time

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from segcore.doctor.health import Health, health
from segcore.settings import Settings

PATH = "/segcore/health"
KEPT_S = 3.0
"""An answer is good for so long: whoever asks often costs nothing."""

_GUARD = threading.Lock()
_LAST: list[tuple[float, Health]] = []


def watched() -> Route:
    """For the server that carries the pages."""
    return Route(PATH, _answer)


def _answer(request: Request) -> JSONResponse:
    del request
    found = _newest()
    return JSONResponse(found.as_json(), 200 if found.well else 503, headers={"Cache-Control": "no-store"})


def _newest() -> Health:
    with _GUARD:
        if not _LAST or time.monotonic() - _LAST[0][0] > KEPT_S:
            _LAST[:] = [(time.monotonic(), health(Settings.from_env()))]
        return _LAST[0][1]
