"""A control for any setting, made from its declaration: a new field of `TrainConfig` appears by itself."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

WORDS: dict[str, tuple[str, str]] = {
    "pretrained": ("Start from ImageNet", "The encoder has seen a million photos before; off: random weights."),
    "loss": (
        "Loss",
        "ce_…: each pixel has one class, overlap counts too. dice_bce: each class a yes or no, as in the notebook.",
    ),
    "class_balance": (
        "Weight of rare classes",
        "0: each pixel counts the same. 1: by the inverse of its share.",
    ),
    "optimizer": ("Optimiser", "How weights follow the gradient."),
    "encoder_rate": (
        "Encoder's share of the rate",
        "So much more slowly the pretrained encoder learns; 1: as the decoder. Too fast, and it forgets what it knows.",
    ),
    "weight_decay": ("Weight decay", "Pulls weights towards zero, against learning by heart."),
    "schedule": ("Course of the learning rate", "one_cycle: up, then down until the time is over."),
    "warm_up": ("Warm-up", "Share of the training in which the learning rate rises."),
    "average": ("Running average", "This share of the averaged weights stays at each step; the average is kept."),
    "freeze": ("Frozen up to stride", "The encoder's first layers stay as ImageNet made them; 0: all learn."),
    "freeze_depthwise": (
        "Depthwise layers frozen",
        "The encoder's depthwise convolutions stay as ImageNet made them: a step is a sixth quicker on a processor.",
    ),
    "fold": ("Fold", "Learns from all folds but this one: which one, of how many."),
    "device": ("Device", "What computes; auto takes the graphics cards where there are any."),
    "precision": ("Precision", "Half precision is faster on graphics cards and much slower on a processor."),
    "jit": ("Compiled steps (XLA)", "Faster on a graphics card, slower on a processor."),
    "augment.window": ("Cut-outs", "zoom: at their true proportions. fraction: squeezed, as in the notebook."),
    "augment.brightness": ("Brightness, ±", "Share of full brightness by which samples vary."),
    "augment.contrast": ("Contrast, ±", "Share by which samples vary."),
    "augment.saturation": ("Saturation, ±", "Share by which samples vary."),
    "augment.seek": ("Seeks classes", "Share of the samples that are centred on a pixel of a random class."),
}
"""Setting → its name and its meaning, for people; others are called as in the code."""


@dataclass(frozen=True)
class Knob:
    """One setting.

    Attributes:
        path: dotted, as `from_preset` takes it.
        kind: its type, without "or None".
        optional: whether it may be None.
        value: as the preset has it.
        low, high: what is allowed; None where nothing bounds it.
    """

    path: str
    kind: Any
    optional: bool
    value: Any
    low: float | None
    high: float | None
    description: str

    @property
    def label(self) -> str:
        """Its name for people."""
        return (
            WORDS[self.path][0] if self.path in WORDS else self.path.rpartition(".")[2].replace("_", " ").capitalize()
        )

    @property
    def help(self) -> str:
        """Its meaning, and what `--set` calls it."""
        meaning = WORDS[self.path][1] if self.path in WORDS else self.description
        return f"{meaning}\n\nOn the command line: `--set {self.path}=…`".strip()


def knobs(settings: BaseModel, prefix: str = "") -> Iterator[Knob]:
    """Every setting, those of inner models too."""
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from knobs(value, f"{prefix}{name}.")
        else:
            yield _knob(f"{prefix}{name}", info, value)


def _knob(path: str, info: FieldInfo, value: Any) -> Knob:
    kinds = [info.annotation]
    if get_origin(info.annotation) in (types.UnionType, typing.Union):
        kinds = list(get_args(info.annotation))
    low = next((m.ge if isinstance(m, Ge) else m.gt for m in info.metadata if isinstance(m, Ge | Gt)), None)
    high = next((m.le if isinstance(m, Le) else m.lt for m in info.metadata if isinstance(m, Le | Lt)), None)
    kind = next(k for k in kinds if k is not type(None))
    return Knob(path, kind, type(None) in kinds, value, low, high, info.description or "")  # type: ignore[arg-type]


def draw(settings: BaseModel, made: set[str], key: str, columns: int = 3) -> dict[str, Any]:
    """Controls for all settings but those in `made`; returns what differs from `settings`.

    Args:
        settings: the values to begin with.
        made: dotted names that have a control of their own elsewhere; "augment" stands for all below it.
        key: tells the widgets of one preset from those of another.
        columns: side by side.
    """
    left = [k for k in knobs(settings) if k.path not in made and k.path.partition(".")[0] not in made]
    changes: dict[str, Any] = {}
    with st.grid(columns, min_column_width=200):
        for knob in left:
            with st.container():
                value = control(knob, f"knob_{knob.path}_{key}")
            if value != knob.value:
                changes[knob.path] = value
    return changes


def control(knob: Knob, key: str) -> Any:
    """The control that fits the setting's type; returns its value."""
    if get_origin(knob.kind) is Literal:
        options = list(get_args(knob.kind)) + ([None] if knob.optional else [])
        return st.selectbox(
            knob.label,
            options,
            options.index(knob.value),
            format_func=lambda option: "–" if option is None else str(option),
            key=key,
            help=knob.help,
        )
    if knob.kind is bool and not knob.optional:
        return st.toggle(knob.label, knob.value, key=key, help=knob.help)
    if knob.kind in (int, float):
        return _number(knob, knob.value, knob.label, key)
    if get_origin(knob.kind) is tuple:
        return _pair(knob, key)
    return _text(knob, key)


def _number(knob: Knob, value: Any, label: str, key: str) -> Any:
    number = get_args(knob.kind)[0] if get_origin(knob.kind) is tuple else knob.kind
    bounds: dict[str, Any] = {
        "min_value": None if knob.low is None else number(knob.low),
        "max_value": None if knob.high is None else number(knob.high),
    }
    if number is int:
        return st.number_input(label, value=value, step=1, key=key, help=knob.help, placeholder="by itself", **bounds)
    step: Any = 0.05 if value is None or value >= 0.05 else value / 4 or 0.05
    return st.number_input(
        label, value=value, step=step, format="%g", key=key, help=knob.help, placeholder="by itself", **bounds
    )


def _pair(knob: Knob, key: str) -> Any:
    """Two numbers, or none at all."""
    if knob.optional and not st.toggle(knob.label, knob.value is not None, key=f"{key}_set", help=knob.help):
        return None
    number = get_args(knob.kind)[0]
    first, second = knob.value or (number(1), number(2))
    left, right = st.columns(2)
    with left:
        one = _number(knob, first, knob.label if not knob.optional else "First", f"{key}_0")
    with right:
        two = _number(knob, second, "to" if not knob.optional else "Second", f"{key}_1")
    return (one, two)


def _text(knob: Knob, key: str) -> Any:
    text = st.text_input(knob.label, "" if knob.value is None else str(knob.value), key=key, help=knob.help)
    return (text or None) if knob.optional else text
