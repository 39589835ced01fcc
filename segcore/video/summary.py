"""summary.json: what was done to which video with which network, how fast, and what came out."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import pandas as pd

import segcore
from segcore.inference.predictor import Predictor
from segcore.knowledge.areas import summarise
from segcore.knowledge.ledger import read_ledger
from segcore.video.caveats import caveats
from segcore.video.chunks.whole import Whole
from segcore.video.pictures import open_pictures
from segcore.video.products import Track
from segcore.video.source import Source
from segcore.whole_file import write_whole

SUMMARY_FILE = "summary.json"


def write_summary(
    path: Path,
    *,
    config: dict[str, Any],
    reader: Source,
    predictor: Predictor,
    seen: tuple[int, int],
    whole: Whole,
    seconds: float,
    stages: dict[str, float],
    load: dict[str, Any],
    sound: Track,
    ledger: Path,
    notes: Sequence[str],
    provenance: dict[str, Any],
) -> dict[str, Any]:
    """Write the summary in one step and return what it holds. `seconds` and `fps` are of the work, not the video.

    Args:
        seen: (height, width) of what the network sees of a frame.
        whole: the finished chunks.
        notes: what is to be said of the work itself.
    """
    each = [summarise(read_ledger(ledger, segclass.id)) for segclass in predictor.classes]
    classes = json.loads(pd.concat(each).to_json(orient="records"))
    colors = {c.id: c.color for c in predictor.classes}
    summary = {
        **provenance,
        "video": _video(reader),
        "frames": whole.frames,
        "frames_labelled": whole.labelled,
        "stopped_early": whole.stopped,
        "seconds": round(seconds, 3),
        "fps": round(whole.frames / seconds, 2) if seconds else 0.0,
        "stages": stages,
        "load": load,
        "backend": predictor.backend,
        "network_size": list(predictor.size_for(*seen)),
        "sound": sound.how,
        "settings": config,
        "classes": [row | {"color": colors[row["class_id"]]} for row in classes],
        "warnings": [
            *reader.warnings(),
            *_short(reader, whole, config["every"]),
            *caveats(reader, whole, sound),
            *notes,
        ],
        "damage": vars(reader.damage),
        "versions": {
            "segcore": segcore.__version__,
            "python": platform.python_version(),
            "av": av.__version__,
            "libavcodec": ".".join(map(str, av.library_versions["libavcodec"])),
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_whole(path, json.dumps(summary, ensure_ascii=False, indent=2))
    return summary


def _video(reader: Source) -> dict[str, Any]:
    info = reader.info
    return {
        "name": info.path.name,
        "bytes": _bytes(info.path),
        "width": info.width,
        "height": info.height,
        "duration_s": round(info.duration_s, 6),
        "fps": round(info.fps, 6),
        "variable_rate": info.variable_rate,
        "codec": info.codec,
        "pixel_format": info.pixel_format,
        "rotation": info.orientation.degrees,
        "mirrored": info.orientation.mirrored,
        "audio_codec": info.audio_codec,
        "time_base": str(info.time_base),
    }


def _bytes(path: Path) -> int:
    return open_pictures(path).size() if path.is_dir() else path.stat().st_size


def _short(reader: Source, whole: Whole, every: int) -> list[str]:
    """Said where it ends before the video does: stopped, or the header promised more frames than came."""
    if whole.stopped:
        end_s = float(whole.last_pts * reader.info.time_base)
        return [f"It was stopped early; the last frame is the one at {end_s:.2f} s."]
    promised, read = reader.info.frames, whole.frames_read
    if reader.whole and reader.info.frames_exact and promised - read >= every:
        return [f"The header names {promised} frames, {read} could be decoded; {promised - read} are lost."]
    return []
