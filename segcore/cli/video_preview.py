"""`segcore segment … --preview`: a quick look at what a job would give, as a contact sheet."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segcore.cli.stage_bar import stage_bar
from segcore.runs.store import RunStore

if TYPE_CHECKING:
    from segcore.video.config import SegmentConfig

PICTURE, FACTS = "preview.jpg", "preview.json"


def preview_of(store: RunStore, config: SegmentConfig, out: Path, *, as_lines: bool = False) -> dict[str, Any]:
    """Segment frames spread over the video; write out/{preview.jpg, preview.json} and return what the latter holds.

    Args:
        store: holds the network.
        config: as of the job.
        out: folder.
        as_lines: progress as lines of JSON.
    """
    from segcore.inference.load import predictor_for
    from segcore.inference.network import TrainedNetwork
    from segcore.video.outputs.joining import appearing
    from segcore.video.outputs.previews import to_jpeg
    from segcore.video.preview import preview
    from segcore.video.sheet import contact_sheet
    from segcore.video.speed import SPEEDS

    began = time.monotonic()
    with stage_bar("Looking at frames", as_lines=as_lines) as stages:
        network = TrainedNetwork.of_run(store, store.get(config.run).id).scaled(SPEEDS[config.speed].scale)
        predictor = predictor_for(network, store.settings.home, backend=config.backend)
        stages.stage = "looking at frames"
        found = preview(config, predictor, on_progress=stages)
    sheet = contact_sheet([one.picture for one in found], [clock(one.time_s) for one in found])
    facts = {
        "picture": str(out / PICTURE),
        "times_s": [round(one.time_s, 3) for one in found],
        "classes": [_class(c.name, c.color, [float(one.shares[c.id]) for one in found]) for c in predictor.classes],
        "seconds": round(time.monotonic() - began, 2),
    }
    with appearing(out / PICTURE) as picture, appearing(out / FACTS) as text:
        picture.write_bytes(to_jpeg(sheet, sheet.shape[1]))
        text.write_text(json.dumps(facts, ensure_ascii=False, indent=2), "utf-8")
    return facts


def _class(name: str, color: str, shares: list[float]) -> dict[str, Any]:
    there = [share for share in shares if share > 0]
    mean = sum(shares) / max(1, len(shares))
    return {"class": name, "color": color, "frames": len(there), "mean_share": round(mean, 6)}


def clock(seconds: float) -> str:
    """ "1:02.5"."""
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
