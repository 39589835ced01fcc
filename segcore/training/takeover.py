"""Starting from an earlier run: which of its classes are taken over, what that means in words, and the settings.

No TensorFlow here: pages and the command line say what will happen before it does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset
from segcore.errors import ConfigError, RunNotFound
from segcore.inference.network import TrainedNetwork
from segcore.models.architectures import architecture
from segcore.runs.records import Run
from segcore.runs.store import RunStore
from segcore.training.config import TrainConfig, from_preset

RATE = 0.25
"""Share of the usual learning rate: the weights are good already and must not be shaken out of place."""
WARM_UP = 0.03
"""The optimizer starts anew and needs a few steps to find its pace, no more."""

_OF_THE_NETWORK = ("architecture", "pretrained", "geometry", "loss")
"""Settings that belong to the weights: a training that starts from them keeps these."""
_OF_ONE_RUN = ("dataset", "preset", "minutes", "epochs", "seed", "fold", "start_from", "learning_rate", "warm_up")

START_TAG = "segcore.start_from"
START_SHA256_TAG = "segcore.start_sha256"
START_WORDS_TAG = "segcore.start_words"


@dataclass(frozen=True)
class Takeover:
    """What a training takes over from a run.

    Attributes:
        run: the run it starts from.
        network: its network, verified.
        matches: id of a class of the dataset → id of the run's class of the same name.
        fresh: names of classes that start untrained.
        seen: validation frames that the run, or one it started from itself, has learned from.
        unseen: training frames that it has not learned from.
    """

    run: Run
    network: TrainedNetwork
    matches: dict[int, int]
    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    seen: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def words(self) -> str:
        """Sentences for people: what is taken over, what is new, and what to beware of."""
        said = [f"Starts from {self.run.name}: its encoder and decoder, and {_classes(self.kept, self.fresh)}."]
        if self.unseen:
            said.append(f"{_frames(len(self.unseen))} to learn from {_are(len(self.unseen))} new to it.")
        if self.seen:
            said.append(
                f"Beware: it has learned from {_frames(len(self.seen))} that are now used for scoring; "
                "the scores will be too good."
            )
        return " ".join(said)

    def tags(self) -> dict[str, str]:
        """What the new run records of where it came from."""
        return {
            START_TAG: self.run.id,
            START_SHA256_TAG: self.network.sha256,
            START_WORDS_TAG: self.words,
        }


def match_classes(old: ClassTable, new: ClassTable) -> dict[int, int]:
    """Id in `new` → id in `old` for classes of the same name; capitals count only where both spellings are there."""
    exact = {c.name: c.id for c in old}
    matches = {c.id: exact[c.name] for c in new if c.name in exact}
    left = {c.name.strip().casefold(): c.id for c in old if c.id not in matches.values()}
    for c in new:
        if c.id not in matches and (found := left.pop(c.name.strip().casefold(), None)) is not None:
            matches[c.id] = found
    return matches


def plan(store: RunStore, run: str, dataset: Dataset, architecture_name: str | None = None) -> Takeover:
    """What a training on this dataset would take over from a run.

    Args:
        store: of the runs.
        run: id or name of a training.
        dataset: that will be learned.
        architecture_name: the network that the settings ask for; None: the run's own.

    Raises:
        RunNotFound, RunError, WeightsError: there is no such training, or it has no usable weights.
        ConfigError: it is another network than asked for.
    """
    found, network = store.get(run), TrainedNetwork.of_run(store, run)
    theirs = network.spec.architecture
    if architecture_name not in (None, theirs):
        raise ConfigError(
            f"{found.name} is a {architecture(theirs).title}; the settings ask for "
            f"{architecture(architecture_name or '').title}.",
            fix=f"Leave the network as it is (architecture={theirs}), or start from ImageNet instead.",
        )
    matches = match_classes(network.spec.classes, dataset.classes)
    learned = learned_frames(store, found, dataset.name)
    names = dataset.classes.names
    return Takeover(
        run=found,
        network=network,
        matches=matches,
        kept=tuple(name for i, name in enumerate(names) if i in matches),
        fresh=tuple(name for i, name in enumerate(names) if i not in matches),
        seen=tuple(p.stem for p in dataset.part("val") if p.stem in learned),
        unseen=tuple(p.stem for p in dataset.part("train") if p.stem not in learned),
    )


def learned_frames(store: RunStore, run: Run, dataset: str) -> frozenset[str]:
    """Stems of a dataset's frames that a run has learned from, itself or through the runs it started from."""
    learned: set[str] = set()
    seen: set[str] = set()
    while run.id not in seen:
        seen.add(run.id)
        if run.dataset == dataset and store.has_file(run.id, "split.json"):
            learned |= set(json.loads(store.file(run.id, "split.json").read_text("utf-8"))["train"])
        try:
            run = store.get(run.tags.get(START_TAG) or run.id)
        except RunNotFound:
            break  # deleted since; what it learned from went with it
    return frozenset(learned)


def settings_from(store: RunStore, run: str, *, dataset: str = "", preset: str = "", **changes: Any) -> TrainConfig:
    """The settings of a training that starts from a run.

    Args:
        store: of the runs.
        run: id or name of the training to start from.
        dataset: what to learn; "": what the run learned, by the settings of the run (it is extended).
        preset: of everything that does not belong to the network; "": the run's own preset.
        **changes: as `from_preset` takes them; they go before all else.

    Raises:
        RunNotFound, RunError: there is no such training.
        ConfigError: the settings do not fit together.
    """
    found = store.get(run)
    if found.kind != "train":
        raise ConfigError(f"{found.name} is not a training.", fix="Name a run of `segcore train`.")
    try:
        old = TrainConfig.model_validate(store.config(found.id))
    except ValidationError as error:
        raise ConfigError(
            f"{found.name} was trained with settings that this version does not know.", fix="Start from another run."
        ) from error
    kept = old.model_dump(mode="json", exclude=set(_OF_ONE_RUN))
    if dataset:
        kept = {key: kept[key] for key in _OF_THE_NETWORK}
    preset = preset or old.preset
    usual = from_preset(dataset or old.dataset, preset).learning_rate
    start = {"start_from": found.id, "learning_rate": usual * RATE, "warm_up": WARM_UP}
    return from_preset(dataset or old.dataset, preset, **{**kept, **start, **changes})


def _classes(kept: Collection[str], fresh: Sequence[str]) -> str:
    if not kept:
        return f"none of its classes; all start untrained ({', '.join(fresh)})"
    if not fresh:
        return "all classes"
    return f"{', '.join(kept)}; {', '.join(fresh)} {'starts' if len(fresh) == 1 else 'start'} untrained"


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
