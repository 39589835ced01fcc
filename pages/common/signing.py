"""The sign-in: what a stranger sees, who is signed in, and what happens when a sign-in ends."""

from __future__ import annotations

import streamlit as st

from pages.common import who
from pages.common.gate import ENDED
from pages.common.routes import navigation
from pages.common.widgets import md, problem
from segcore.access import Person, Role, current
from segcore.errors import ConfigError

CHECK_S = 10.0
"""A page that nobody touches is left so long after its sign-in has ended."""


def admitted() -> bool:
    """Whether whoever looks may see pages; else the sign-in was drawn instead.

    Looks again at what the start looked at: the people may have changed, and this script may have been started
    without app.py.
    """
    try:
        who.check_start()
        person = current()
    except ConfigError as error:
        problem(error, "The dashboard is closed")
        return False
    if person.expired:
        st.logout()
        st.info("Your sign-in has ended.", icon=":material/lock_clock:")
        return False
    if person.role is not Role.NONE:
        return True
    st.navigation(navigation(), position="hidden")  # so that a link to a page is not called unknown
    if person.email:
        _without_role(person)
    else:
        _stranger()
    return False


def _stranger() -> None:
    _, middle, _ = st.columns([1, 1, 1])
    with middle.container(border=True, gap="medium"):
        st.title("Sign in to segcore", anchor=False)
        if st.context.cookies.get(ENDED):
            st.info("Your sign-in had ended, so you were signed out. Sign in again.", icon=":material/lock_clock:")
        else:
            st.markdown("A team shares this machine. Sign in to see its datasets, runs and results.")
        for name in who.providers():
            st.button(
                f"Sign in with {md(name)}" if name else "Sign in",
                type="primary",
                icon=":material/login:",
                width="stretch",
                key=f"sign_in_{name}",
                on_click=st.login,
                args=(name,) if name else (),
            )


def _without_role(person: Person) -> None:
    _, middle, _ = st.columns([1, 1, 1])
    with middle.container(border=True, gap="medium"):
        st.title("No role yet", anchor=False)
        st.markdown(
            f"You are signed in as **{md(person.email)}**, but this segcore has no role for you. "
            "Ask whoever runs it to name you in people.toml; then reload this page."
        )
        st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=st.logout)


def account() -> None:
    """Who is signed in, at the foot of the navigation; nothing where there is no sign-in."""
    if not who.sign_in_is_on():
        return
    with st.sidebar:
        st.caption(f":material/person: {md(current().email)} · {current().role.value}")
        st.button("Sign out", icon=":material/logout:", type="tertiary", key="sign_out", on_click=st.logout)
        _watch()


@st.fragment(run_every=CHECK_S)
def _watch() -> None:
    if current().expired:
        st.logout()
