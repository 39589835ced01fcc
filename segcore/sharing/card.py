"""The model card: what a network is, what it learned from, how good it is, what not to expect, how to use it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from segcore import __version__
from segcore.classes import ClassTable
from segcore.evaluation.metrics import Evaluation, dice, iou
from segcore.models.registry import ARCHITECTURES
from segcore.models.spec import ModelSpec


@dataclass(frozen=True)
class CardFacts:
    """All that a card says.

    Attributes:
        name: of the run.
        run_id: of the run.
        spec: the network, its classes and its input size.
        sha256: of the run's weights.
        dataset: its name, "" where it is not known.
        dataset_hash: of its content.
        split: stems by part ("train", "val"); empty where the run kept none.
        evaluation: on the validation frames; None where it was not finished.
        settings: of the training, as people compare them.
        minutes: that it was trained.
        device: that it was trained on.
        history: where it comes from beyond its own training, sentences.
    """

    name: str
    run_id: str
    spec: ModelSpec
    sha256: str
    dataset: str = ""
    dataset_hash: str = ""
    split: Mapping[str, Sequence[str]] = field(default_factory=dict)
    evaluation: Evaluation | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    minutes: float = 0.0
    device: str = ""
    history: Sequence[str] = ()


@dataclass(frozen=True)
class FileFacts:
    """What a card says of the file beside it.

    Attributes:
        title: of the format.
        name: of the file.
        size: (height, width) of its input.
        labels: whether it gives labels instead of scores.
        check: how it was compared with the run, a sentence.
        code: Python that uses it.
    """

    title: str
    name: str
    size: tuple[int, int]
    labels: bool
    check: str
    code: str


def model_card(facts: CardFacts, file: FileFacts | None = None) -> str:
    """The card as Markdown; without a file it is that of a bundle."""
    sections = [
        f"# {safe(facts.name)}\n\n{_summary(facts)}",
        _use(facts, file) if file else _bundle_use(facts),
        f"## Classes and scores\n\n{_scores(facts)}\n\n{_class_table(facts)}",
        f"## Data\n\n{_data(facts)}",
        f"## Training\n\n{_training(facts)}",
        f"## Limits\n\n{_limits(facts)}",
        f"## Licences\n\n{_licence(facts.spec)}\n\nsegcore claims no rights in networks trained with it. "
        "Whether this one may be passed on is decided by the rights in its training pictures and in the weights above.",
        f"## Origin\n\n{_origin(facts)}",
    ]
    return "\n\n".join(sections) + "\n"


def safe(text: str) -> str:
    """A name from outside as plain text in Markdown, on one line."""
    escaped = re.sub(r"([\\`*\[\]|~]|\b_|_\b)", r"\\\1", html.escape(" ".join(text.split()), quote=False))
    return escaped.replace("://", ":\\//")


def _summary(facts: CardFacts) -> str:
    learned = f", trained with segcore on the dataset {safe(facts.dataset)}" if facts.dataset else ""
    return f"Gives every pixel of a picture one of {len(facts.spec.classes)} classes{learned}."


def _use(facts: CardFacts, file: FileFacts) -> str:
    height, width = file.size
    kind, many = "uint8" if file.labels else "float32", "1" if file.title == "LiteRT" else "any number"
    if file.labels:
        gives = f"`labels` and `confidence`, both (N, {height}, {width}) uint8: class id, and its probability × 255"
    else:
        what = "logits (softmax over classes)" if facts.spec.output == "logits" else "independent probabilities"
        gives = f"`scores` (N, {height}, {width}, {len(facts.spec.classes)}) float32, {what}; the highest wins"
    return f"""## How to use it ({file.title})

Run this beside the files, with a picture called frame.jpg:

```python
{file.code.rstrip()}
```

| | |
|---|---|
| File | {safe(file.name)} |
| Input | `frames` (N, {height}, {width}, 3) {kind}, RGB, 0 to 255; N is {many} |
| Before it | scale the picture to {width}×{height}, averaging areas where it shrinks; normalisation is inside |
| Output | {gives} |
| Checked | {safe(file.check)} |"""


def _bundle_use(facts: CardFacts) -> str:
    size = facts.spec.geometry
    scale = f"{size.squeeze[1]}×{size.squeeze[0]}" if size.squeeze else f"a long side of {size.long_side} pixels"
    return (
        "## How to use it\n\nThis is a bundle for another segcore: `segcore import-run FILE`, or the Runs page of "
        f"its dashboard.\nIt holds no code. Pictures are scaled to {scale}."
    )


def _scores(facts: CardFacts) -> str:
    scored = facts.evaluation
    if scored is None:
        return "It was not scored: the training did not reach its end."
    return (
        f"On {len(scored.images)} validation frames, which it did not learn from: mean IoU **{_number(scored.miou)}**, "
        f"without the background {_number(scored.miou_foreground)}, mean Dice {_number(scored.dice)}."
    )


def _class_table(facts: CardFacts) -> str:
    classes: ClassTable = facts.spec.classes
    rows = ["| id | class | colour | IoU | Dice | precision | recall | share of pixels |", "|" + "---|" * 8]
    columns = _columns(facts.evaluation, len(classes))
    for c, values in zip(classes, columns, strict=True):
        rows.append(f"| {c.id} | {safe(c.name)} | {c.color} | {' | '.join(values)} |")
    return "\n".join(rows)


def _columns(scored: Evaluation | None, classes: int) -> list[list[str]]:
    if scored is None:
        return [["–"] * 5] * classes
    hit, true, found = np.diag(scored.confusion), scored.confusion.sum(1), scored.confusion.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall, share = hit / found, hit / true, true / true.sum()
    table = zip(iou(scored.confusion), dice(scored.confusion), precision, recall, strict=True)
    return [[*map(_number, row), f"{part:.2%}"] for row, part in zip(table, share, strict=True)]


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _data(facts: CardFacts) -> str:
    counts = ", ".join(
        f"{len(facts.split.get(part, ()))} {word}"
        for part, word in (("train", "to learn from"), ("val", "to be scored on"))
    )
    rows = [
        f"- Dataset: {safe(facts.dataset) or 'not recorded'}",
        f"- Content (SHA-256 of its files): `{safe(facts.dataset_hash) or 'not recorded'}`",
        f"- Split by picture: {counts if facts.split else 'not recorded'}",
    ]
    if facts.split.get("val"):
        shown = [safe(stem) for stem in facts.split["val"][:20]]
        more = len(facts.split["val"]) - len(shown)
        rows.append(f"- Scored on: {', '.join(shown)}{f' and {more} more' if more else ''}")
    return "\n".join(rows)


def _training(facts: CardFacts) -> str:
    rows = [
        f"- Network: {safe(facts.spec.architecture)}, {facts.spec.output}",
        f"- {facts.minutes:.1f} minutes on {safe(facts.device) or 'an unknown device'}",
    ]
    rows += [f"- {safe(key)}: {safe(value)}" for key, value in sorted(facts.settings.items())]
    return "\n".join(rows)


def _limits(facts: CardFacts) -> str:
    size = facts.spec.geometry
    scale = f"{size.squeeze[1]}×{size.squeeze[0]}" if size.squeeze else f"a long side of {size.long_side} pixels"
    lines = [
        "It knows the classes above and no others: whatever else is in a picture is given one of them.",
        "The scores hold for pictures like those it learned from: same kind of scene, camera, light and distance. "
        "Score it on your own labelled pictures before you rely on it.",
        f"Pictures are scaled to {scale}; what is only a few pixels large then is easily missed.",
        "Confidence is the network's own opinion, not a measured probability.",
        "It is not made for decisions on people, health or safety.",
    ]
    weak = _weak(facts)
    if weak:
        lines.insert(1, f"Weakest classes on its validation frames: {weak}.")
    if len(facts.split.get("val", ())) and len(facts.split["val"]) < 20:
        lines.insert(1, f"Only {len(facts.split['val'])} frames were scored: the figures may be off by several points.")
    return "\n".join(f"- {line}" for line in lines)


def _weak(facts: CardFacts) -> str:
    if facts.evaluation is None:
        return ""
    values = iou(facts.evaluation.confusion)
    worst = sorted((v, n) for v, n in zip(values, facts.spec.classes.names, strict=True) if v < 0.7)
    return ", ".join(f"{safe(name)} (IoU {value:.2f})" for value, name in worst[:3])


def _licence(spec: ModelSpec) -> str:
    if spec.encoder_weights == "none":
        return "Encoder weights: none of others; the network started from random ones."
    entry = ARCHITECTURES.get(spec.architecture)
    licence = entry.encoder_licence if entry and entry.encoder_licence else "not recorded; ask their author"
    return f"Encoder weights: {safe(spec.encoder_weights)}. Their licence: {safe(licence)}."


def _origin(facts: CardFacts) -> str:
    made = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = [f"- Run {facts.run_id}, weights SHA-256 `{facts.sha256}`", *(f"- {safe(line)}" for line in facts.history)]
    return "\n".join([*rows, f"- Written on {made} by segcore {__version__}"])
