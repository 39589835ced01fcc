"""Files and answers beside the pages: only what a page offered, from disk, in parts, and nothing too large."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette

from pages.common import serving
from segcore.errors import InvalidImage

APP = Starlette(routes=serving.routes())


def ask(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a request to the routes."""
    heads = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": unquote(path), "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "headers": heads, "server": ("test", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # the browser stays
        return waiting.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as apart:  # a browser's tests may keep a loop in this thread
        apart.submit(asyncio.run, APP(scope, receive, send)).result()  # type: ignore[arg-type]
    got = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent[1:])


def test_an_offered_file_is_sent_whole_or_in_part(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(bytes(range(200)))
    address = serving.offer(tmp_path / "all.zip", "my films.zip")
    status, headers, body = ask("GET", address)
    assert (status, body) == (200, bytes(range(200)))
    assert "my%20films.zip" in headers["content-disposition"]
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    status, _, body = ask("GET", address, range="bytes=150-")
    assert (status, body) == (206, bytes(range(150, 200)))
    assert serving.offer(tmp_path / "all.zip", "my films.zip") == address


def test_what_was_not_offered_or_is_gone_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "gone.zip").write_bytes(b"x")
    address = serving.offer(tmp_path / "gone.zip", "gone.zip")
    (tmp_path / "gone.zip").unlink()
    assert ask("GET", address)[0] == 404
    assert ask("GET", "/download/guess/passwd")[0] == 404
    assert ask("POST", "/answer/guess")[0] == 404


def test_the_newest_function_answers_at_the_same_address() -> None:
    first = serving.answer_with("echo", lambda sent: serving.Answer(sent, "text/plain", {}))
    assert ask("POST", first, b"hello")[::2] == (200, b"hello")
    second = serving.answer_with("echo", lambda sent: serving.Answer(sent[::-1], "text/plain", {"X-Way": "back"}))
    assert second == first
    status, headers, body = ask("POST", first, b"hello")
    assert (status, body, headers["x-way"], headers["cache-control"]) == (200, b"olleh", "back", "no-store")


def test_an_error_is_told_and_too_much_is_refused() -> None:
    def refuse(_: bytes) -> serving.Answer:
        raise InvalidImage("Expected a JPEG.")

    address = serving.answer_with("refuse", refuse)
    assert ask("POST", address)[::2] == (422, b"Expected a JPEG.")
    assert ask("POST", address, b"x" * 2_000_001)[0] == 413


def test_the_oldest_functions_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_MOST_ANSWERS", 2)
    made = [serving.answer_with(f"p{k}", lambda sent: serving.Answer(sent, "text/plain", {})) for k in range(3)]
    assert [ask("POST", address)[0] for address in made] == [404, 200, 200]
