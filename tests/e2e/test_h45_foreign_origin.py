"""Other web pages cannot use a browser's sign-in: no line to the dashboard from there, no upload without its token."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from dashboards import Dashboard

pytestmark = pytest.mark.e2e
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


def status(dashboard: Dashboard, method: str, path: str, **headers: str) -> int:
    line = http.client.HTTPConnection(urlsplit(dashboard.url).netloc, timeout=30)
    line.request(method, path, headers=headers)
    try:
        return line.getresponse().status
    finally:
        line.close()


def test_h45_a_foreign_origin_gets_no_line(dashboard: Dashboard) -> None:
    own = dashboard.url
    assert status(dashboard, "GET", "/_stcore/stream", **UPGRADE, Origin=own) == 101
    for origin in ("http://evil.example", "null", "http://127.0.0.1.evil.example"):
        assert status(dashboard, "GET", "/_stcore/stream", **UPGRADE, Origin=origin) == 403


def test_h45_an_upload_takes_the_token_of_the_page(dashboard: Dashboard) -> None:
    assert status(dashboard, "PUT", "/_stcore/upload_file/session/file", Origin="http://evil.example") == 403
