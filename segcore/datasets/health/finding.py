"""One remark on a dataset, as the health report keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "note", "warning", "error"]

MOST_STEMS = 200
"""A finding names at most so many frames; its title says how many there are."""


@dataclass(frozen=True)
class Finding:
    """One remark.

    `code`: what kind of remark, for filters and links ("near-duplicates"). `level`: how much it matters for
    training. `advice`: what to do, empty where nothing needs to be done. `stems`: frames to show as pictures, the
    worst first, at most 200; where they are pairs or groups, those that belong together follow each other.
    `class_id`: the class it is about, if it is about one.
    """

    code: str
    level: Level
    title: str
    detail: str = ""
    advice: str = ""
    stems: tuple[str, ...] = ()
    class_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"stems": list(self.stems)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """What `as_dict` gave."""
        return cls(**data | {"stems": tuple(data["stems"])})
