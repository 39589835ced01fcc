"""Whose things are: a choice above lists, and a word beside what is another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from segcore.access import current

T = TypeVar("T")
ALL, MINE = "Everyone's", "Mine"


def chosen(items: Sequence[T], owner: Callable[[T], str], key: str) -> list[T]:
    """All items, or one's own where that is chosen; the choice is there only where it makes a difference."""
    me = current().email
    owners = {owner(item) for item in items}
    if len(owners) < 2 or me not in owners:
        return list(items)
    whose = st.segmented_control(
        "Whose", (ALL, MINE), default=ALL, required=True, key=f"whose_{key}", label_visibility="collapsed"
    )
    return [item for item in items if whose == ALL or owner(item) == me]


def named(owner: str) -> str:
    """ " · ben" after what belongs to somebody else; nothing after one's own, or where nobody knows."""
    return "" if owner in ("", current().email) else f" · {owner.partition('@')[0]}"


def whose(owner: str) -> str:
    """ " · of ben@lab.org", where `named` says something: for a page that has room for it."""
    return f" · of {owner}" if named(owner) else ""
