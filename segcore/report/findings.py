"""The key findings in plain sentences. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segcore.knowledge.areas import presence
from segcore.knowledge.zone_tables import crossings, dwell
from segcore.report.facts import Facts, share_of_time
from segcore.report.words import area, clock, count, listed, plural, share

BRIDGE_S = 0.5
"""Gaps and stays shorter than this are none."""
LASTING_S = 2.0
"""A followed object that was there for less is often a mistake of the network."""
MOST_SHAPES = 5
"""Zones, and lines, that are told of in sentences; tables have all."""
FEW_FRAMES = 20
"""With fewer validation frames, scores may be off by several points."""
_THROUGHOUT = 0.98


def findings(facts: Facts) -> list[str]:
    """What somebody should know who reads no further."""
    told = [_video(facts), *_seen(facts), *_largest(facts), *_objects(facts), *_contacts(facts), *_zones(facts)]
    told += _sureness(facts)
    return told + _network(facts)


def stays(facts: Facts) -> pd.DataFrame:
    """When each class was there: `knowledge.areas.presence` without flicker."""
    return presence(facts.result.ledger, min_s=BRIDGE_S)


def _video(facts: Facts) -> str:
    video, settings, ledger = facts.summary["video"], facts.summary["settings"], facts.result.ledger
    frames = ledger["frame"].nunique()
    times = facts.result.times
    lasts = float(times.ends[-1] - times.starts[0]) if len(times) else 0.0
    every = settings.get("every", 1)
    which = "every frame" if every == 1 else f"one frame in {every}"
    text = f"{plural(frames, 'frame')} ({clock(lasts)} of video) were segmented, {which}"
    text += f", at {video['width']}×{video['height']} pixels."
    if settings.get("region"):
        x, y, width, height = settings["region"]
        text += f" Only a part of the picture was looked at: {width}×{height} pixels from x={x}, y={y}."
    if facts.summary.get("stopped_early"):
        text += " It was stopped before the end of the video."
    return text


def _seen(facts: Facts) -> list[str]:
    known, seen = facts.each[facts.each["class_id"] > 0], facts.seen
    if seen.empty:
        return [f"None of the {plural(len(known), 'class', 'classes')} was seen."]
    told = [f"{len(seen)} of {plural(len(known), 'class', 'classes')} were seen: {listed(seen['class'])}."]
    never = known[known["frames"] == 0]["class"]
    if len(never):
        told[0] += f" Never seen: {listed(never)}."
    total = float((facts.result.times.ends - facts.result.times.starts).sum())
    table = stays(facts)
    seconds = table.groupby("class_id")["seconds"].sum().reindex(seen["class_id"]).fillna(0.0)
    always = seen[(seconds >= _THROUGHOUT * total).to_numpy()]["class"]
    if len(always):
        told.append(f"There throughout: {listed(always)}.")
    parts = [
        f"{row['class']} for {clock(seconds[row['class_id']])}"
        + f" ({plural(int((table['class_id'] == row['class_id']).sum()), 'stay')})"
        for _, row in seen.iterrows()
        if row["class"] not in set(always)
    ]
    if parts:
        told.append(f"There for a part of the time: {listed(parts)}.")
    return told


def _largest(facts: Facts) -> list[str]:
    seen = facts.seen
    if seen.empty:
        return []
    mean, most = (seen.iloc[int(seen[column].to_numpy().argmax())] for column in ("mean_share", "max_share"))
    return [
        f"Largest on average: {mean['class']}, {area(mean['mean_share'], facts.scale_area)}. Largest at one moment: "
        f"{most['class']} at {clock(most['max_s'])}, {area(most['max_share'], facts.scale_area)}."
    ]


def _objects(facts: Facts) -> list[str]:
    if facts.known is None or facts.counts is None:
        return []
    tracks = facts.known.tracks
    lasting = int((tracks["seconds"] >= LASTING_S).sum())
    most = ", ".join(f"{row['class']}: {row['at_once']}" for _, row in facts.counts.iterrows())
    return [
        f"{plural(len(tracks), 'object')} were followed, {count(lasting)} of them for {LASTING_S:g} seconds or more. "
        f"The most at once: {most}."
    ]


def _contacts(facts: Facts) -> list[str]:
    if facts.known is None:
        return []
    edges = facts.known.edges
    if edges.empty:
        return ["No two classes touched."]
    first = edges.iloc[0]
    return [
        f"{plural(len(edges), 'pair')} of classes touched. The longest: {first['class']} and {first['other']}, "
        f"{first['seconds']:.1f} s in {plural(int(first['times']), 'contact')}, first at {clock(first['first_s'])}."
    ]


def _zones(facts: Facts) -> list[str]:
    """Who was in each zone and crossed each line; of many the first."""
    if facts.drawn is None or not facts.drawing.shapes:
        return []
    inside, over, told = dwell(facts.drawn), crossings(facts.drawn), []
    for zone in facts.drawing.zones[:MOST_SHAPES]:
        parts = [
            f"{row['class']} for {row['seconds']:.1f} s ({plural(int(row['visits']), 'stay')})"
            for _, row in inside[inside["zone"] == zone.name].iterrows()
        ]
        told.append(f"In the zone {zone.name}: {listed(parts) or 'nothing'}.")
    for line in facts.drawing.lines[:MOST_SHAPES]:
        parts = [
            f"{row['class']} ({count(row['right'])} with the arrow, {count(row['left'])} against it)"
            for _, row in over[over["line"] == line.name].iterrows()
        ]
        told.append(f"Over the line {line.name}: {listed(parts) or 'nothing'}.")
    return told


def _sureness(facts: Facts) -> list[str]:
    if not facts.result.has("certainty.parquet"):
        return []
    mean, most, at = share_of_time(facts.result.certainty, "unsure")
    if np.isnan(mean):
        return []
    return [
        f"The network was unsure of {share(mean)} of the pixels away from borders; of most at {clock(at)}: "
        f"{share(most)}."
    ]


def _network(facts: Facts) -> list[str]:
    known = facts.network
    if known is None or known.miou is None or known.miou.value is None:
        return ["How good the network is on labelled frames is not known here."]
    text = (
        f"On {plural(known.scored, 'labelled frame')} that it did not learn from, the network's regions overlap the "
        f"true ones by {share(known.miou.value)} on average (mean IoU)."
    )
    scored = {name: one.value for name, one in known.scores.items() if one.value is not None}
    if scored:
        worst = min(scored, key=scored.__getitem__)
        text += f" Its weakest class is {worst}, {share(scored[worst])}."
    if known.scored < FEW_FRAMES:
        text += " These are few frames: the figures may be off by several points."
    return [text]
