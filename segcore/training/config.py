"""The settings of a training, and the presets. No TensorFlow here: pages and the CLI read this."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from segcore.datasets.dataset import Dataset
from segcore.errors import ConfigError
from segcore.models.architectures import ARCHITECTURES, Architecture, architecture
from segcore.pipeline.config import AugmentConfig
from segcore.pipeline.preprocess import STRIDE, Geometry


class TrainConfig(BaseModel):
    """Everything that decides a training; recorded with the run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    preset: str = "balanced"
    architecture: str = "unet_efficientnet_lite0"
    pretrained: bool = True
    freeze: Literal[0, 2, 4, 8, 16, 32] = Field(
        default=4, description="the pretrained encoder's layers up to this stride stay as they are; 0: all learn"
    )
    freeze_depthwise: bool = Field(
        default=False, description="the pretrained encoder's depthwise convolutions stay as they are"
    )
    geometry: Geometry = Geometry(long_side=800)
    crop: tuple[int, int] = (256, 256)
    augment: AugmentConfig = AugmentConfig()
    loss: Literal["ce_lovasz", "ce_dice", "dice_bce"] = "ce_lovasz"
    class_balance: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="how much more a pixel of a rare class counts at the start of the training, less and less towards "
        "its end, where common ones count a little more: 0 the same as any, 1 by the inverse of its share",
    )
    optimizer: Literal["adamw", "adam"] = "adamw"
    learning_rate: float = Field(default=2e-3, gt=0, le=1)
    encoder_rate: float = Field(
        default=0.1, gt=0, le=1, description="the pretrained encoder learns at this share of the rate"
    )
    weight_decay: float = Field(default=1e-3, ge=0, le=1)
    schedule: Literal["one_cycle", "constant"] = "one_cycle"
    average: float = Field(
        default=0.99,
        ge=0,
        lt=1,
        description="what is scored and kept is the running average of the weights; this share stays at each step",
    )
    batch_size: int = Field(default=8, ge=1, le=512)
    steps_per_epoch: int | None = Field(default=None, ge=1, description="None: chosen from the size of the dataset")
    epochs: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    seed: int = Field(default=0, ge=0)
    fold: tuple[int, int] | None = Field(
        default=None, description="(which one, of how many), from 1: learns from all folds but this one"
    )

    device: Literal["auto", "cpu", "gpu"] = Field(
        default="auto", description="auto: all GPUs that TensorFlow can use, else the processor"
    )
    precision: Literal["auto", "float32", "mixed_float16", "mixed_bfloat16"] = Field(
        default="auto", description="auto: half precision on GPUs that gain by it, else full precision"
    )
    jit: Literal["auto", "on", "off"] = Field(
        default="auto", description="compile steps with XLA; auto: on a single GPU, where it pays"
    )
    start_from: str | None = Field(
        default=None, description="id of a run whose network is trained further; empty: as `pretrained` says"
    )
    warm_up: float = Field(default=0.1, ge=0, le=0.5, description="share of the training in which the rate rises")

    @model_validator(mode="after")
    def _fits(self) -> TrainConfig:
        if self.epochs is None and self.minutes is None:
            raise ValueError("expected epochs or minutes: how long may it train?")
        if any(side % STRIDE or side < STRIDE for side in self.crop):
            raise ValueError(f"expected crop sides that are multiples of {STRIDE}. Received: {self.crop}")
        network = ARCHITECTURES.get(self.architecture)
        if network and any(side % network.stride for side in self.crop):
            raise ValueError(
                f"expected crop sides that are multiples of {network.stride} for {network.title}. Received: {self.crop}"
            )
        return self


PRESETS: dict[str, dict[str, Any]] = {
    "fast": {
        "minutes": 8.0,
        "geometry": {"long_side": 640},
        "freeze_depthwise": True,
        "loss": "ce_dice",
        "class_balance": 0,
        "augment": {"zoom": (0.75, 1.5), "rotation": 20, "seek": 0.7},
    },
    "balanced": {"minutes": 20.0},
    "best": {"minutes": 60.0, "geometry": {"long_side": 960}, "crop": (320, 320)},
    "notebook": {
        "architecture": "unet_notebook",
        "pretrained": False,
        "geometry": {"squeeze": (256, 256)},
        "augment": {
            "window": "fraction",
            "rotation": 0,
            "brightness": 0,
            "contrast": 0,
            "saturation": 0,
            "seek": 0,
        },
        "loss": "dice_bce",
        "class_balance": 0,
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "weight_decay": 0.0,
        "schedule": "constant",
        "average": 0,
        "epochs": 25,
        "steps_per_epoch": 250,
    },
}
"""Preset name → what it changes of `TrainConfig`'s defaults."""


def from_preset(dataset: str, preset: str = "balanced", **changes: Any) -> TrainConfig:
    """The settings of a preset, changed.

    Args:
        dataset: name of a dataset.
        preset: a key of `PRESETS`.
        **changes: fields of `TrainConfig`; a dotted key such as `augment.rotation` (through a dict) reaches inside.

    Raises:
        ConfigError: unknown preset or field, or values out of range; every fault is named.
    """
    if preset not in PRESETS:
        raise ConfigError(f"Unknown preset {preset!r}.", fix=f"Choose one of {', '.join(PRESETS)}.")
    data: dict[str, Any] = {"dataset": dataset, "preset": preset, **PRESETS[preset]}
    if "architecture" in changes:
        data |= _fitting(architecture(changes["architecture"]), data)
    if changes.get("epochs") is not None and changes.get("minutes") is None:
        data.pop("minutes", None)
    if changes.get("minutes") is not None and changes.get("epochs") is None:
        data.pop("epochs", None)
    for key, value in changes.items():
        if value is None and key in ("epochs", "minutes"):
            continue
        _put(data, key.split("."), value)
    try:
        return TrainConfig.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"Training settings: {faults}.") from error


def fitted(config: TrainConfig, dataset: Dataset) -> TrainConfig:
    """The settings as this dataset meets them: its frames are never magnified."""
    longest = max((max(dataset.size_of(pair.stem)) for pair in dataset.pairs), default=0)
    return config.model_copy(update={"geometry": config.geometry.within(longest)}) if longest else config


def as_params(config: TrainConfig) -> dict[str, str]:
    """The settings as a run's parameters, for people to compare: nested keys joined by dots, unset ones left out."""
    params: dict[str, str] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else key, inner)
        elif value is not None:
            params[prefix] = str(value)

    walk("", config.model_dump(mode="json"))
    return params


def _fitting(network: Architecture, data: dict[str, Any]) -> dict[str, Any]:
    """What a network needs that a preset made for another one does not set."""
    changes: dict[str, Any] = {"pretrained": network.pretrained}
    if network.output == "sigmoid":
        changes["loss"] = "dice_bce"
    elif data.get("loss") == "dice_bce":
        changes["loss"] = "ce_lovasz"
    if network.stride > STRIDE:
        changes["geometry"] = {"squeeze": (2 * network.stride, 2 * network.stride)}
    return changes


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        inner = data.get(step)
        data[step] = dict(inner) if isinstance(inner, dict) else {}
        data = data[step]
    data[path[-1]] = value
