"""Who looks at a page: the sign-in of the browser that the script runs for."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.runtime.scriptrunner import get_script_run_ctx

from segcore.access import NOBODY, SYSTEM, Person, acting_as, current, set_source
from segcore.access.exposure import check_exposure
from segcore.access.people import read_people
from segcore.errors import AccessError, ConfigError
from segcore.settings import Settings

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host")
"""A proxy says by them that it hands on what others asked."""

P = ParamSpec("P")
T = TypeVar("T")


@cache
def sign_in_is_on() -> bool:
    """Whether visitors must sign in: [auth] stands in Streamlit's secrets.

    Decided once in a process: a file that is damaged or taken away while the dashboard runs opens nothing.

    Raises:
        ConfigError: there are secrets, and they cannot be read.
    """
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    damaged = [path for path in st.get_option("secrets.files") if Path(path).exists()]
    if damaged:
        raise ConfigError(
            f"{damaged[0]} cannot be read, so nobody knows whether a sign-in is wanted.",
            fix="Mend it, or take it away.",
        )
    return False


def providers() -> list[str | None]:
    """What `st.login` takes: the names of several providers, or None for the only one."""
    section = st.secrets["auth"]
    named = [name for name in section if isinstance(section[name], Mapping) and "client_id" in section[name]]
    return [*([None] if "client_id" in section else []), *named]


def person() -> Person:
    """Whoever the script runs for; nobody in a thread that runs for none."""
    if not sign_in_is_on():
        return SYSTEM
    if get_script_run_ctx(suppress_warning=True) is None:
        return NOBODY
    claims = st.user.to_dict()
    return of_claims(claims) if claims.get("is_logged_in") else NOBODY


def of_claims(claims: Mapping[str, object]) -> Person:
    """Who signed in with these claims, with the role that the installation grants now."""
    return read_people(Settings.from_env()).person(claims)


def of_cookies(cookies: Mapping[str, str]) -> Person:
    """Who sent a plain request, by Streamlit's signed cookie; nobody where it is missing or not genuine."""
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    if not sign_in_is_on():
        return SYSTEM
    raw = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    claims = json.loads(raw) if raw else {}
    return of_claims(claims) if claims.get("is_logged_in") else NOBODY


def for_them(work: Callable[P, T]) -> Callable[P, T]:
    """`work`, done later in another thread (a download when it is asked for) for whoever looks now."""
    somebody = current()

    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        with acting_as(somebody):
            return work(*args, **kwargs)

    return done


def check_request(request: HTTPConnection) -> None:
    """Look whether a request may come in the way it came, as the dashboard is set up.

    Without a sign-in it must be from this very machine: to a local address, under a local name (another page could
    let its own name lead here), and not handed on by a proxy.

    Raises:
        ConfigError: it may not.
    """
    server, headers = request.scope.get("server"), request.headers
    proxies = [name for name in PROXY_HEADERS if name in headers]
    ways = [server[0] if server else "unix:", urlsplit(f"//{headers.get('host', '')}").hostname, *proxies]
    settings, sign_in = Settings.from_env(), sign_in_is_on()
    for way in ways:
        check_exposure(way, settings, sign_in=sign_in)


def check_start() -> None:
    """Look whether the dashboard may start as it is set up, and let all rights be asked of `person` from now on.

    Raises:
        ConfigError: it may not; the message says how to mend it.
    """
    check_exposure(st.get_option("server.address"), Settings.from_env(), sign_in=sign_in_is_on())
    if sign_in_is_on():
        if importlib.util.find_spec("authlib") is None or importlib.util.find_spec("httpx") is None:
            raise ConfigError("The sign-in needs Authlib and httpx.", fix='Run: pip install "segcore[team]"')
        read_people(Settings.from_env())
    set_source(person)


def tell(error: Exception) -> bool | None:
    """Say what was refused in a sentence, instead of showing a program's error; True: it was told."""
    if not isinstance(error, AccessError):
        return None
    from pages.common.widgets import problem

    problem(error, "This is not yours to do")
    return True
