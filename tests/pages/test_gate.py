"""Requests beside the pages: refused to strangers, by the cookie's word; after the sign-in one comes back to a page."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.secrets import Secrets

from pages.common import serving, who
from pages.common.gate import ENDED, WANTED, Gate, action_of, page_wanted
from segcore.access import Action, Person, Role, acting_as, current
from segcore.errors import ConfigError

VIEWER, EDITOR = Person("v@lab.org", role=Role.VIEWER), Person("e@lab.org", role=Role.EDITOR)
ENDED_NOW = Person("v@lab.org", role=Role.VIEWER, until=1.0)
STRANGER = Person("")


def _callback(_: Request) -> Response:
    answer = RedirectResponse("/", 302)
    answer.set_cookie("_streamlit_user", "signed")
    return answer


def _whoever(_: Request) -> Response:
    return PlainTextResponse(current().email)


APP = Starlette(
    routes=[
        *serving.routes(),
        Route("/oauth2callback", _callback),
        Route("/_stcore/upload_file/s/f", _whoever, methods=["PUT"]),
        Route("/media/a.png", _whoever),
        Route("/{rest:path}", _whoever),
    ],
    middleware=[Middleware(Gate)],
)


@pytest.fixture(autouse=True)
def sign_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(who, "sign_in_is_on", lambda: True)
    monkeypatch.setenv("SEGCORE_HOME", str(tmp_path))


def ask(
    person: Person, method: str, path: str, *, server: str = "127.0.0.1", **headers: str
) -> tuple[int, list[str], dict[str, str], bytes]:
    """(status, cookies set, headers, body) of a request that the cookie says is this person's."""
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in ({"host": "lab.org"} | headers).items()]
    bare, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": bare, "raw_path": bare.encode(),
        "query_string": query.encode(), "root_path": "", "scheme": "http", "headers": raw, "server": (server, 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    def run() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(who, "of_cookies", lambda _: person)
            asyncio.run(APP(scope, receive, send))  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as apart:
        apart.submit(run).result()
    pairs = [(k.decode(), v.decode()) for k, v in sent[0]["headers"]]
    cookies = [v for k, v in pairs if k == "set-cookie"]
    return sent[0]["status"], cookies, dict(pairs), b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize("path", ["/media/a.png", "/show/t/a.mp4", "/download/t/a.zip", "/media/../media/a.png"])
def test_files_need_the_right_to_look(path: str) -> None:
    assert ask(STRANGER, "GET", path)[0] == 401
    assert ask(ENDED_NOW, "GET", path)[0] == 401
    assert ask(Person("known@lab.org"), "GET", path)[0] == 403
    assert ask(VIEWER, "GET", path)[0] in (200, 404)


def test_uploads_need_the_right_to_upload() -> None:
    path = "/_stcore/upload_file/s/f"
    assert [ask(person, "PUT", path)[0] for person in (STRANGER, VIEWER, EDITOR)] == [401, 403, 200]


def test_an_answer_is_made_for_whoever_asks() -> None:
    address = serving.answer_with("who", lambda _: serving.Answer(current().email.encode(), "text/plain", {}))
    assert ask(STRANGER, "POST", address)[0] == 401
    assert ask(VIEWER, "POST", address)[::3] == (200, b"v@lab.org")


def test_every_route_of_our_own_is_guarded() -> None:
    for route in serving.routes():
        open_to_all = route.path == "/segcore/health"  # says whether it works, and nothing of anybody's
        assert action_of(route.path.strip("/")) is (None if open_to_all else Action.VIEW)


@pytest.mark.parametrize(
    "path", ["", "static/js/index.js", "_stcore/health", "_stcore/stream", "auth/login", "results"]
)
def test_what_the_sign_in_itself_needs_is_open(path: str) -> None:
    assert action_of(path) is None


def test_without_a_sign_in_other_addresses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "sign_in_is_on", lambda: False)
    monkeypatch.delenv("SEGCORE_OPEN", raising=False)
    for host in ("localhost:8501", "127.0.0.1:8501", "[::1]:8501"):
        assert ask(STRANGER, "GET", "/", host=host)[0] == 200
    others = [
        {"server": "10.0.0.7", "host": "localhost"},
        {"host": "lab.org"},  # a name of another page that leads here
        {"host": "localhost.evil.example:8501"},
        {"host": ""},
        {"host": "localhost", "x_forwarded_for": "10.0.0.9"},
        {"host": "localhost", "forwarded": "for=10.0.0.9"},
    ]
    assert [ask(STRANGER, "GET", "/", **other)[0] for other in others] == [403] * 6
    monkeypatch.setenv("SEGCORE_OPEN", "1")
    assert [ask(STRANGER, "GET", "/", **other)[0] for other in others] == [200] * 6


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("http://lab.org/results?run=0123abcd", "/results?run=0123abcd"),
        ("/runs?run=a&run=b", "/runs?run=a&run=b"),
        ("/system", "/system"),
        ("/", None),
        ("//evil.com/results", "/results"),
        ("https://evil.com//results", None),
        ("/results/../auth/logout", None),
        ("/auth/logout", None),
        ("/results?next=//evil.com\r\nSet-Cookie: a=b", "/results?next=evil.comSet-Cookiea=b"),
        ("", None),
    ],
)
def test_one_comes_back_to_pages_of_ours_alone(address: str, page: str | None) -> None:
    assert page_wanted(address) == page


def test_the_page_that_a_stranger_wanted_is_shown_after_the_sign_in() -> None:
    _, cookies, _, _ = ask(STRANGER, "GET", "/results?run=0123abcd", accept="text/html,*/*")
    (wanted,) = [c for c in cookies if c.startswith(WANTED)]
    assert "HttpOnly" in wanted
    status, cookies, headers, _ = ask(STRANGER, "GET", "/oauth2callback", cookie=wanted.split(";")[0])
    assert (status, headers["location"]) == (302, "/results?run=0123abcd")
    assert any(c.startswith(f'{WANTED}=""') for c in cookies)
    forged = f'{WANTED}="//evil.com/x"'
    assert ask(STRANGER, "GET", "/oauth2callback", cookie=forged)[2]["location"] == "/"


def test_a_sign_in_that_ended_is_told_and_the_page_remembered() -> None:
    _, cookies, _, _ = ask(ENDED_NOW, "GET", "/auth/logout", referer="http://lab.org/results?run=0123abcd")
    assert [c.partition("=")[0] for c in cookies] == [ENDED, WANTED]
    assert ask(VIEWER, "GET", "/auth/logout", referer="http://lab.org/results")[1] == []


def test_a_cookie_counts_only_with_our_signature(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    (tmp_path / "people.toml").write_text('anyone = "viewer"\n')
    monkeypatch.setattr("streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: "s" * 32)
    claims = json.dumps({"is_logged_in": True, "email": "v@lab.org"})
    signed = create_signed_value("s" * 32, "_streamlit_user", claims).decode()
    assert who.of_cookies({"_streamlit_user": signed}) == VIEWER
    forged = create_signed_value("t" * 32, "_streamlit_user", claims).decode()
    for value in (forged, claims, signed[:-1], ""):
        assert who.of_cookies({"_streamlit_user": value}) == STRANGER


def test_a_thread_without_a_browser_is_nobody_and_carries_on_for_whoever_started_it() -> None:
    assert who.person() == STRANGER
    with acting_as(EDITOR):
        later = who.for_them(lambda: current().email)
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(later).result() == "e@lab.org"


def test_secrets_that_cannot_be_read_open_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    path = tmp_path / "secrets.toml"
    monkeypatch.setattr(st, "secrets", Secrets())
    real = config.get_option

    def option(name: str) -> Any:
        return [str(path)] if name == "secrets.files" else real(name)

    monkeypatch.setattr(st, "get_option", option)
    monkeypatch.setattr(config, "get_option", option)
    decide = who.sign_in_is_on.__wrapped__
    assert decide() is False
    path.write_text("[auth\n")
    with pytest.raises(ConfigError, match=r"secrets\.toml cannot be read"):
        decide()
    path.write_text("[auth]\nclient_id = 'x'\n")
    assert decide() is True
