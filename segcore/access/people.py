"""Which role somebody gets who signs in: SEGCORE_HOME/people.toml.

    anyone = "viewer"                  # whoever the provider lets in; "none" where left out
    groups_claim = "groups"            # where the provider tells the groups; this is the default

    [admin]
    emails = ["ana@lab.org"]

    [editor]
    emails = ["ben@lab.org"]
    domains = ["imaging.lab.org"]      # what stands behind the @
    groups = ["microscopy"]

    [none]                             # shut out, whatever else is said
    emails = ["former@lab.org"]

The highest role that fits counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.access.person import Person, Role
from segcore.errors import ConfigError
from segcore.settings import Settings


class Named(BaseModel):
    """Whom a role is given to; everything in lower case but groups, which are as the provider spells them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def names(self, email: str, groups: Collection[str]) -> bool:
        """Whether somebody with this (proven) address or in these groups is meant."""
        domain = email.rpartition("@")[2] if "@" in email else ""
        return (
            bool(email and email in {e.strip().lower() for e in self.emails})
            or bool(domain and domain in {d.strip().lower().removeprefix("@") for d in self.domains})
            or not set(self.groups).isdisjoint(groups)
        )


class People(BaseModel):
    """The file as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    anyone: Literal["none", "viewer"] = "none"
    groups_claim: str = "groups"
    admin: Named = Named()
    editor: Named = Named()
    viewer: Named = Named()
    none: Named = Named()

    def role(self, email: str, groups: Collection[str]) -> Role:
        """The role of somebody with this (proven) address, in these groups."""
        if self.none.names(email, groups):
            return Role.NONE
        named = {Role.ADMIN: self.admin, Role.EDITOR: self.editor, Role.VIEWER: self.viewer}
        return next((role for role, some in named.items() if some.names(email, groups)), Role(self.anyone))

    def person(self, claims: Mapping[str, Any]) -> Person:
        """Who signed in, by the claims of their identity token.

        An address that the provider marks as not verified proves nothing: it gives no role.
        """
        said = claims.get(self.groups_claim) or ()
        groups = tuple(map(str, (said,) if isinstance(said, str) else said))
        email = str(claims.get("email") or "").strip().lower()
        name = email or str(claims.get("preferred_username") or claims.get("sub") or "").strip().lower()
        proven = email if claims.get("email_verified", True) in (True, "true") else ""
        until = claims.get("exp")
        role = self.role(proven, groups) if name else Role.NONE
        return Person(name, groups, role, float(until) if until is not None else None)


def read_people(settings: Settings) -> People:
    """The file as it is now, with the admins that SEGCORE_ADMINS names; without a file, these alone have a role.

    Raises:
        ConfigError: it cannot be read; the message says where.
    """
    path = settings.people_file
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _read(path, changed, settings.admins)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, admins: tuple[str, ...]) -> People:
    try:
        people = People.model_validate(tomllib.loads(path.read_text("utf-8"))) if changed else People()
    except (OSError, ValueError, ValidationError) as error:
        where = error.errors()[0]["loc"] if isinstance(error, ValidationError) else error
        raise ConfigError(f"{path} cannot be read: {where}.", fix="docs/team.md shows what may stand in it.") from error
    everyone = people.admin.model_copy(update={"emails": (*people.admin.emails, *admins)})
    return people.model_copy(update={"admin": everyone})
