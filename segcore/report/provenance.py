"""How a result was made, so that it can be made again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from segcore.batches.making import video_name
from segcore.report.command import command_of
from segcore.report.facts import Facts
from segcore.report.words import clock, plural, size
from segcore.video.config import SegmentConfig

LEFT_OUT = frozenset({"video", "run", "chunk_frames", "workers"})
"""Settings that are told elsewhere, or change nothing of the result."""


def provenance(facts: Facts) -> dict[str, Any]:
    """All of it as a program reads it: network, dataset, video, settings, versions, the command."""
    summary, known = facts.summary, facts.network
    return {
        "result": {"name": facts.name, "run": summary.get("run"), "created": summary.get("created")},
        "network": summary.get("network", {})
        | (
            {"minutes": round(known.minutes, 2), "device": known.device, "settings": dict(known.settings)}
            if known
            else {}
        ),
        "video": summary["video"],
        "settings": summary["settings"],
        "counted": facts.drawing.counted.model_dump(),
        "computed_by": {"backend": summary.get("backend"), "network_size": summary.get("network_size")},
        "seconds": summary.get("seconds"),
        "warnings": summary.get("warnings", []),
        "versions": summary.get("versions", {}),
        "command": command(facts),
    }


def command(facts: Facts) -> str:
    """The line that makes it again."""
    return command_of(facts.summary["settings"], facts.summary.get("network", {}).get("name", ""))


def rows(facts: Facts) -> list[tuple[str, str]]:
    """The same as people read it."""
    summary = facts.summary
    network, video, settings = summary.get("network", {}), summary["video"], summary["settings"]
    told = [
        ("Video", f"{title_of(facts)}, {size(video['bytes'])}, {video['codec']}, {video['fps']:.4g} frames a second"),
        ("Network", f"{network.get('name') or 'not recorded'}, run {network.get('run') or 'not recorded'}"),
        ("Weights (SHA-256)", network.get("weights_sha256") or "not recorded"),
        ("Dataset", network.get("dataset") or "not recorded"),
        ("Dataset's content (SHA-256)", network.get("dataset_hash") or "not recorded"),
    ]
    if facts.network:
        told.append(("Training", _training(facts)))
    told += [
        (
            "Computed by",
            f"{summary.get('backend', 'not recorded')}, {_size(summary)}in {clock(summary.get('seconds'))}",
        ),
        ("Settings", settings_line(settings) or "all as they are by default"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in summary.get("versions", {}).items())),
        ("Made", made_on(summary)),
    ]
    return told


def settings_line(settings: Mapping[str, Any]) -> str:
    """ "style fill, every 2": those that differ from the defaults; "" where none does."""
    defaults = {name: field.default for name, field in SegmentConfig.model_fields.items()}
    shown = {k: v for k, v in settings.items() if k not in LEFT_OUT and v != defaults.get(k) and (v or defaults.get(k))}
    return ", ".join(f"{name} {'yes' if value is True else value}" for name, value in shown.items())


def title_of(facts: Facts) -> str:
    """The video's name."""
    return video_name(Path(facts.summary["settings"]["video"]))


def made_on(summary: dict[str, Any]) -> str:
    """ "25 Nov 2026, 21:12 UTC"; "on an unknown day" where it does not say."""
    try:
        return datetime.fromisoformat(str(summary["created"])).strftime("%d %b %Y, %H:%M UTC")
    except (KeyError, ValueError):
        return "on an unknown day"


def _training(facts: Facts) -> str:
    known = facts.network
    assert known is not None
    parts = [f"{known.minutes:.1f} minutes on {known.device or 'an unknown device'}"]
    parts += [f"{word} {known.settings[key]}" for key, word in _TRAINING.items() if known.settings.get(key)]
    if known.learned:
        parts.append(f"learned from {plural(known.learned, 'frame')}, scored on {known.scored}")
    return ", ".join(parts)


_TRAINING = {"architecture": "network", "preset": "preset", "seed": "seed"}


def _size(summary: dict[str, Any]) -> str:
    sides = summary.get("network_size")
    return f"frames scaled to {sides[1]}×{sides[0]}, " if sides else ""
