"""What pages show of rights: buttons that say why they cannot be pressed, and a word where only looking is allowed.

Nothing is kept safe here: whatever a page shows, the functions that do the work ask again.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from segcore.access import Action, may, require
from segcore.errors import AccessError


def why_not(action: Action, owner: str | None = None) -> str | None:
    """Why whoever looks may not do something, in a sentence; None where they may."""
    try:
        require(action, owner)
    except AccessError as error:
        return error.message
    return None


def button(action: Action, owner: str | None, label: str, *, disabled: bool = False, **options: Any) -> bool:
    """A button that only those can press who may do what it does; the others read why."""
    refused = why_not(action, owner)
    if refused:
        options["help"] = refused
    return st.button(label, disabled=disabled or refused is not None, **options)


def only_look(action: Action, what: str) -> bool:
    """Whether whoever looks may not do something; then a word about it takes the form's place."""
    if may(action):
        return False
    st.info(f"You can look at everything here. To {what}, ask an admin for the role editor.", icon=":material/lock:")
    return True
