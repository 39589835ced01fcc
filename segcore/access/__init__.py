"""Who may do what: one table, asked by the functions that do the work. Pages only hide what would be refused."""

from segcore.access.person import LOCAL_NAME, NOBODY, Person, Role
from segcore.access.rules import MATRIX, Action, Rule, allowed, may, require
from segcore.access.session import SYSTEM, acting_as, by_sign_in, current, environment_of, set_source

__all__ = [
    "LOCAL_NAME",
    "MATRIX",
    "NOBODY",
    "SYSTEM",
    "Action",
    "Person",
    "Role",
    "Rule",
    "acting_as",
    "allowed",
    "by_sign_in",
    "current",
    "environment_of",
    "may",
    "require",
    "set_source",
]
