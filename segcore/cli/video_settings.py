"""The settings of a video job as a command line gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from segcore.errors import ConfigError
from segcore.models.spec import MODEL_FILE, ModelSpec
from segcore.runs.store import RunStore

if TYPE_CHECKING:
    from segcore.video.config import SegmentConfig


def parse_region(text: str | None) -> list[int] | None:
    """ "10,20,300,200" → x, y, width, height.

    Raises:
        ConfigError: not four whole numbers.
    """
    if text is None:
        return None
    parts = text.replace(" ", "").split(",")
    if len(parts) != 4 or not all(part.isdecimal() for part in parts):
        raise ConfigError(f"Expected a region as X,Y,WIDTH,HEIGHT in pixels. Received: {text!r}.")
    return [int(part) for part in parts]


def read_config(data: dict[str, Any]) -> SegmentConfig:
    """Settings of a video job.

    Raises:
        ConfigError: a value is unknown or out of range; every fault is named.
    """
    from segcore.video.config import SegmentConfig

    try:
        return SegmentConfig.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"Video settings: {faults}.") from error


def hidden_ids(store: RunStore, network: str, words: list[str]) -> list[int]:
    """Ids of a network's classes by their names or ids."""
    if not words:
        return []
    spec = ModelSpec.model_validate_json(store.file(store.get(network).id, MODEL_FILE).read_bytes())
    return [spec.classes.find(word) for word in words]


def check_video(config: SegmentConfig) -> None:
    """Refuse a bad file, or a region that is not in it, before a run is made for it."""
    from segcore.video.job import region_of
    from segcore.video.source import source_info

    region_of(config, source_info(config.video))
