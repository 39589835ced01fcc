"""On which addresses a dashboard may listen without a sign-in."""

from __future__ import annotations

import ipaddress

from segcore.errors import ConfigError
from segcore.settings import Settings


def is_local(address: str | None) -> bool:
    """Whether only this machine can reach what listens there. No address at all means every network."""
    host = (address or "").strip().strip("[]").partition("%")[0]
    if host.startswith("unix:") or host == "localhost":
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:  # another name may mean anything
        return False
    mapped = getattr(number, "ipv4_mapped", None)
    return bool((mapped or number).is_loopback)


def check_exposure(address: str | None, settings: Settings, *, sign_in: bool) -> None:
    """Let a dashboard listen there, or not.

    Args:
        address: where it will listen, or how a request came; None or "": on every network.
        settings: of the installation.
        sign_in: whether visitors must sign in.

    Raises:
        ConfigError: others could reach it, nobody would have to sign in, and nobody said that this is wanted.
    """
    if sign_in or settings.open_to_all or is_local(address):
        return
    raise ConfigError(
        f"Others can reach this dashboard (by {address or 'every network'}) and could see and delete everything: "
        "no sign-in is set up.",
        fix="Set one up (docs/team.md: [auth] in .streamlit/secrets.toml), or listen on this machine alone "
        "(--server.address=127.0.0.1), or say that this is wanted: SEGCORE_OPEN=1.",
    )
