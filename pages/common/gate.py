"""What stands before every request: nothing but the sign-in itself is answered to nobody.

Streamlit runs a script for whoever connects; the router shows a stranger the sign-in alone. Files, uploads and the
answers to scripts are plain requests beside that, so they are looked at here, by the same signed cookie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.common import who
from pages.common.routes import SYSTEM, WORK
from segcore.access import Action, Person, acting_as, allowed
from segcore.errors import ConfigError

SEEN = ("download", "show", "answer", "media")
"""First parts of addresses that take the right to look."""
UPLOADS = "_stcore/upload_file"
WANTED, ENDED = "segcore_wanted", "segcore_ended"
"""Cookies: the page that somebody wanted before they signed in; that a sign-in has ended by itself."""
_WANTED_S, _ENDED_S = 600, 120
_PAGES = {route.url for route in (*WORK, SYSTEM)}


class Gate:
    """Around the whole application (ASGI)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on for whoever sent it, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            who.check_request(HTTPConnection(scope))
        except ConfigError as error:
            await _refuse(scope, receive, send, 403, str(error))
            return
        if scope["type"] == "websocket" or not who.sign_in_is_on():
            await self.app(scope, receive, send)
            return
        await self._for_somebody(scope, receive, send)

    async def _for_somebody(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        try:
            person = who.of_cookies(request.cookies)
        except ConfigError as error:
            await _refuse(scope, receive, send, 503, str(error))
            return
        action = action_of(inner_path(scope["path"]))
        if action is not None and not allowed(person, action):
            await _refuse(scope, receive, send, 401 if person.expired or not person.email else 403, "Sign in first.")
            return
        with acting_as(person):
            await self.app(scope, receive, _with_cookies(request, person, send))


def inner_path(path: str) -> str:
    """An address below the dashboard's own base, without the slash in front."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return path.strip("/").removeprefix(base).strip("/")


def action_of(inner: str) -> Action | None:
    """What a request to this address does; None where it needs no right."""
    if inner.startswith(UPLOADS):
        return Action.UPLOAD
    return Action.VIEW if inner.split("/")[0] in SEEN else None


def page_wanted(address: str) -> str | None:
    """The page's own part of an address, where it is one of ours; None else. It never leads to another host."""
    parts = urlsplit(address)
    if inner_path(parts.path) not in _PAGES or not re.fullmatch(r"/[\w./-]*", parts.path) or "//" in parts.path:
        return None
    query = re.sub(r"[^\w=&%.~+-]", "", parts.query)
    return f"{parts.path}?{query}" if query else parts.path


def _with_cookies(request: HTTPConnection, person: Person, send: Send) -> Send:
    """Remember which page a stranger wanted, bring them there after the sign-in; say that a sign-in has ended."""
    inner = inner_path(request.url.path)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if inner == "oauth2callback" and "_streamlit_user=" in ";".join(headers.getlist("set-cookie")):
                _bring_back(request.cookies, headers)
            elif inner == "auth/logout" and person.expired:
                _set(headers, ENDED, "1", _ENDED_S)
                _remember(request.headers.get("referer", ""), headers)
            elif not person.email and "text/html" in request.headers.get("accept", ""):
                _remember(str(request.url), headers)
        await send(message)

    return sending


def _remember(address: str, headers: MutableHeaders) -> None:
    page = page_wanted(address)
    if page is not None:
        _set(headers, WANTED, page, _WANTED_S)


def _bring_back(cookies: Mapping[str, str], headers: MutableHeaders) -> None:
    page = page_wanted(cookies.get(WANTED, ""))
    if page is not None:
        headers["location"] = page
        _set(headers, WANTED, "", 0)
    _set(headers, ENDED, "", 0)


def _set(headers: MutableHeaders, name: str, value: str, seconds: int) -> None:
    cookie: SimpleCookie = SimpleCookie({name: value})
    cookie[name] |= {"path": "/", "max-age": seconds, "httponly": True, "samesite": "lax"}
    headers.append("set-cookie", cookie[name].OutputString())


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse(text, status, {"Cache-Control": "no-store"})(scope, receive, send)
