"""The one line that makes a result again. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segcore.batches.making import video_name
from segcore.video.config import SegmentConfig

_PLAIN = {
    "style": "--style",
    "opacity": "--opacity",
    "thickness": "--thickness",
    "start_s": "--start",
    "end_s": "--end",
    "every": "--every",
    "speed": "--speed",
    "backend": "--backend",
    "precision": "--precision",
    "fps": "--fps",
}
_SWITCHES = {
    "legend": "--legend",
    "names": "--names",
    "side_by_side": "--side-by-side",
    "refine": "--refine",
    "smooth": "--smooth",
}
_REPEATED = {"hidden": "--hide", "also": "--also"}


def command_of(settings: Mapping[str, Any], network: str = "") -> str:
    """ "segcore segment VIDEO RUN --out results …", with what differs from the defaults; of the video its name alone.

    Args:
        settings: of a `SegmentConfig`, as a summary keeps them.
        network: the name of its run; else as the settings name it.
    """
    words = [
        "segcore",
        "segment",
        video_name(Path(settings["video"])),
        network or str(settings["run"]),
        "--out",
        "results",
    ]
    for name, field in SegmentConfig.model_fields.items():
        value = settings.get(name, field.default)
        if value in (field.default, None) or (not value and not field.default):
            continue
        if name in _PLAIN:
            words += [_PLAIN[name], f"{value:g}" if isinstance(value, float) else str(value)]
        elif name in _SWITCHES:
            words.append(_SWITCHES[name])
        elif name in _REPEATED:
            words += [word for one in value for word in (_REPEATED[name], str(one))]
        elif name == "region":
            words += ["--region", ",".join(map(str, value))]
    return shlex.join(words)
