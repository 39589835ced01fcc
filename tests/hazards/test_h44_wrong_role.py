"""Rights are denied unless the table grants them: every action × role × own or another's, at the functions that do it.

What is expected is read from the table that people read, in docs/team.md, not from the code.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pages.common import scratch
from pages.common.commands import Command, Commands
from pages.video import source
from segcore.access import MATRIX, NOBODY, SYSTEM, Action, Person, Role, acting_as, allowed
from segcore.batches.batch import open_batch
from segcore.datasets.drafts import Drafts
from segcore.datasets.store import DatasetStore
from segcore.errors import AccessError, SegcoreError
from segcore.jobs.engine import Engine
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.sharing.arrival import import_bundle
from segcore.sharing.bundle import write_bundle
from segcore.sharing.export import export_run
from segcore.upkeep import cleaning
from segcore.upkeep.bin import Bin

ROOT = Path(__file__).parents[2]
ME, OTHER = "me@lab.org", "other@lab.org"
COLUMNS = ((Role.VIEWER, None), (Role.EDITOR, True), (Role.EDITOR, False), (Role.ADMIN, None))
"""Columns of the document: role, and whether it is about one's own (None: both)."""


def documented() -> dict[tuple[Action, Role, bool], bool]:
    """(action, role, own) → whether docs/team.md grants it; the role none is granted nothing."""
    text = (ROOT / "docs" / "team.md").read_text("utf-8").split("| you may |")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()[2:]]
    granted = {}
    for words, *cells in rows:
        for (role, whose), cell in zip(COLUMNS, cells, strict=True):
            assert cell in ("yes", "–")
            for own in (True, False) if whose is None else (whose,):
                granted[Action(words), role, own] = cell == "yes"
    return granted | {(action, Role.NONE, own): False for action in Action for own in (True, False)}


GRANTED = documented()
CASES = list(itertools.product(Action, Role, (True, False)))


def test_h44_the_document_and_the_code_grant_the_same() -> None:
    assert set(GRANTED) == set(CASES)
    for action, role, own in CASES:
        person = Person(ME, role=role)
        assert allowed(person, action, ME if own else OTHER) is GRANTED[action, role, own], (action, role, own)


def test_h44_nothing_is_allowed_without_a_role_after_the_end_or_on_what_nobody_owns() -> None:
    for action in Action:
        assert not allowed(NOBODY, action, "")
        assert not allowed(Person(ME, role=Role.ADMIN, until=1.0), action, ME)
        if MATRIX[action].own is not MATRIX[action].others:
            assert not allowed(Person(ME, role=Role.EDITOR), action, "")
            assert not allowed(Person("", role=Role.EDITOR), action, "")


class World:
    """An installation in which things are made for whoever is said to own them."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings.from_env({"SEGCORE_HOME": str(folder / "home")})
        self.datasets, self.runs = DatasetStore(self.settings), RunStore(self.settings)
        self.engine = Engine(self.runs, self.settings)
        self.engine.start = lambda: None  # type: ignore[method-assign]
        self.bin = Bin(self.datasets, self.runs)
        self.frames = _frames(folder / "frames")
        self._numbers = itertools.count()
        self._kept: dict[tuple[str, str], str] = {}

    def thing(self, sort: str, owner: str, *, fresh: bool) -> str:
        """What a deed is done to; "" for nothing."""
        if sort.startswith("binned"):
            return self.binned(owner, sort.split()[1], fresh=fresh)
        made = {"": lambda *_, **__: "", "dataset": self.dataset, "run": self.run}[sort]
        return str(made(owner, fresh=fresh))

    def dataset(self, owner: str, *, fresh: bool) -> str:
        """A dataset of this owner; a fresh one where it will be changed."""

        def make() -> str:
            name = f"d{next(self._numbers)}"
            with acting_as(Person(owner, role=Role.EDITOR)):
                self.datasets.import_path(self.frames, name)
            return name

        return self._thing("dataset", owner, make, fresh=fresh)

    def run(self, owner: str, state: RunState = RunState.INTERRUPTED, *, fresh: bool) -> str:
        """A training of this owner."""

        def make() -> str:
            with acting_as(Person(owner, role=Role.EDITOR)):
                run = self.runs.create("train", config={"minutes": 1}, name=f"r{next(self._numbers)}")
            self.runs.set_state(run.id, state)
            return run.id

        return self._thing(f"run {state}", owner, make, fresh=fresh)

    def binned(self, owner: str, sort: str, *, fresh: bool) -> str:
        """The id of a dataset or a run of this owner, in the bin."""

        def make() -> str:
            if sort == "dataset":
                return self.datasets.delete(self.dataset(owner, fresh=True))
            run_id = self.run(owner, fresh=True)
            self.runs.delete(run_id)
            return run_id

        return self._thing(f"binned {sort}", owner, make, fresh=fresh)

    def _thing(self, sort: str, owner: str, make: Callable[[], str], *, fresh: bool) -> str:
        if fresh:
            return make()
        if (sort, owner) not in self._kept:
            self._kept[sort, owner] = make()
        return self._kept[sort, owner]


def _frames(folder: Path) -> Path:
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for number in range(4):
        Image.fromarray(np.full((16, 16, 3), 50 * number, np.uint8)).save(folder / "images" / f"{number}.png")
        mask = np.zeros((16, 16), np.uint8)
        mask[4:8, 4 : 6 + number] = 1
        Image.fromarray(mask).save(folder / "masks" / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with acting_as(SYSTEM):
        yield World(tmp_path_factory.mktemp("world"))


def _upload() -> Any:
    return type("File", (io.BytesIO,), {"name": "a.mp4", "file_id": "0123456789", "size": 1})(b"x")


@dataclass(frozen=True)
class Deed:
    """Something that may be refused: what does it, to which sort of thing, and whether that is another one then."""

    action: Action
    do: Callable[[World, str], object]
    thing: str = ""
    changes: bool = False


DEEDS = {
    "open dataset": Deed(Action.VIEW, lambda w, x: w.datasets.open(x), "dataset"),
    "list datasets": Deed(Action.VIEW, lambda w, _: w.datasets.names()),
    "read run": Deed(Action.VIEW, lambda w, x: w.runs.get(x), "run"),
    "list runs": Deed(Action.VIEW, lambda w, _: w.runs.list()),
    "read a run's file": Deed(Action.VIEW, lambda w, x: w.runs.config(x), "run"),
    "read curves": Deed(Action.VIEW, lambda w, x: w.runs.history(x, "step/loss"), "run"),
    "open batch": Deed(Action.VIEW, lambda w, _: open_batch(w.runs, "nothing")),
    "look into the bin": Deed(Action.VIEW, lambda w, _: w.bin.entries()),
    "upload video": Deed(Action.UPLOAD, lambda w, _: source.keep(_upload(), w.settings.uploads_dir)),
    "upload ZIP": Deed(Action.UPLOAD, lambda w, _: scratch.keep(_upload(), w.settings.uploads_dir)),
    "import": Deed(Action.ADD_DATASET, lambda w, x: w.datasets.import_path(w.frames, x), "dataset"),
    "draft": Deed(Action.ADD_DATASET, lambda w, _: Drafts(w.settings).create(Path("/nowhere"))),
    "revise draft": Deed(Action.ADD_DATASET, lambda w, _: Drafts(w.settings).revise("0" * 16)),
    "import draft": Deed(Action.ADD_DATASET, lambda w, _: w.datasets.import_draft("0" * 16, "x")),
    "add frames": Deed(Action.EDIT_DATASET, lambda w, x: w.datasets.add(x, "/nowhere"), "dataset", changes=True),
    "split": Deed(Action.EDIT_DATASET, lambda w, x: w.datasets.split_again(x, seed=1), "dataset", changes=True),
    "classes": Deed(
        Action.EDIT_DATASET, lambda w, x: w.datasets.set_classes(x, w.datasets.open(x).classes), "dataset", changes=True
    ),
    "undo classes": Deed(Action.EDIT_DATASET, lambda w, x: w.datasets.undo_classes(x), "dataset", changes=True),
    "measure": Deed(Action.EDIT_DATASET, lambda w, x: w.datasets.measure(x), "dataset", changes=True),
    "delete dataset": Deed(Action.DELETE_DATASET, lambda w, x: w.datasets.delete(x), "dataset", changes=True),
    "bin a dataset": Deed(Action.DELETE_DATASET, lambda w, x: w.bin.delete_dataset(x), "dataset", changes=True),
    "export dataset": Deed(Action.EXPORT, lambda w, x: w.datasets.export(x, w.settings.home), "dataset"),
    "export network": Deed(
        Action.EXPORT, lambda w, x: export_run(w.runs, x, "onnx", w.settings.home / "x.onnx"), "run"
    ),
    "bundle": Deed(Action.EXPORT, lambda w, x: write_bundle(w.runs, x, w.settings.home), "run"),
    "make a run": Deed(Action.START, lambda w, _: w.runs.create("train", config={})),
    "submit": Deed(Action.START, lambda w, x: w.engine.submit(x), "run"),
    "command": Deed(Action.START, lambda w, _: Commands(w.settings).start(["info"], kind="test", title="test")),
    "stop": Deed(Action.STEER_RUN, lambda w, x: w.engine.stop(x), "run", changes=True),
    "cancel": Deed(Action.STEER_RUN, lambda w, x: w.engine.cancel(x), "run", changes=True),
    "ask": Deed(Action.STEER_RUN, lambda w, x: w.runs.ask(x, "stop"), "run", changes=True),
    "prolong": Deed(Action.STEER_RUN, lambda w, x: w.runs.extend(x, 5), "run", changes=True),
    "resume": Deed(Action.STEER_RUN, lambda w, x: w.runs.requeue(x), "run", changes=True),
    "rename": Deed(Action.STEER_RUN, lambda w, x: w.runs.rename(x, f"new-{x[:8]}"), "run", changes=True),
    "delete run": Deed(Action.DELETE_RUN, lambda w, x: w.runs.delete(x), "run", changes=True),
    "discard run": Deed(Action.DELETE_RUN, lambda w, x: w.runs.discard(x), "run", changes=True),
    "draw": Deed(Action.ANNOTATE, lambda w, x: w.runs.annotate(x, "zones.json", b"{}"), "run"),
    "bring in": Deed(Action.IMPORT_RUN, lambda w, _: import_bundle(w.runs, Path("/nowhere"))),
    "restore dataset": Deed(Action.RESTORE, lambda w, x: w.bin.restore(x), "binned dataset", changes=True),
    "restore run": Deed(Action.RESTORE, lambda w, x: w.runs.restore(x), "binned run", changes=True),
    "purge dataset": Deed(Action.PURGE, lambda w, x: w.datasets.purge(x), "binned dataset", changes=True),
    "purge run": Deed(Action.PURGE, lambda w, x: w.bin.purge(x), "binned run", changes=True),
    "clean up": Deed(Action.CLEAN_UP, lambda w, _: cleaning.clean(w.runs, ())),
}
"""Every function that does something which may be refused."""


@pytest.mark.parametrize("deed", DEEDS)
def test_h44_every_function_grants_what_the_document_says(
    world: World, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = DEEDS[deed]
    monkeypatch.setattr(Command, "start", lambda *_: None)
    for role, own in itertools.product(Role, (True, False)):
        granted = GRANTED[asked.action, role, own]
        thing = world.thing(asked.thing, ME if own else OTHER, fresh=granted and asked.changes)
        with acting_as(Person(ME, role=role)):
            if not granted:
                with pytest.raises(AccessError):
                    asked.do(world, thing)
                continue
            try:
                asked.do(world, thing)
            except AccessError as error:
                pytest.fail(f"{role} {own}: {error}")
            except SegcoreError:
                continue  # it was let in, and found that there is nothing to do


def test_h44_no_action_is_without_a_function() -> None:
    assert {deed.action for deed in DEEDS.values()} == set(Action)


PRIVATE_BY_NATURE = {
    *("exists", "sample_video"),  # a name, and a film that is the same everywhere
    *("work", "folder", "watch", "watched", "locked", "judging", "peek", "resumable"),
    *("write_batch", "set_tags", "set_state", "put_file", "writer"),  # what jobs write through
}


@pytest.mark.parametrize("kind", [DatasetStore, RunStore, Bin])
def test_h44_no_public_function_of_a_store_answers_nobody(world: World, kind: type) -> None:
    store = {DatasetStore: world.datasets, RunStore: world.runs, Bin: world.bin}[kind]
    names = [n for n in dir(kind) if not n.startswith("_") and callable(getattr(kind, n))]
    assert len(names) > 5
    name, run = world.dataset(ME, fresh=False), world.run(ME, fresh=False)
    arguments: dict[str, tuple[Any, ...]] = {
        "import_path": ("/nowhere", "x"), "import_draft": ("0", "x"), "add": (name, "/nowhere"),
        "set_mapping": (name, None), "set_classes": (name, None), "set_split": (name, None),
        "export": (name, Path("/nowhere")), "create": ("train",), "file": (run, "config.json"),
        "has_file": (run, "config.json"), "history": (run, "x"), "ask": (run, "stop"), "request": (run, "stop"),
        "extend": (run, 1), "rename": (run, "x"), "names": (), "deleted": (), "list": (), "entries": (),
        "empty": (), "ghosts": (), "clear_work": (), "import_sample": (), "annotate": (run, "zones.json", b"{}"),
        "add_reading": (name, None, Path("/nowhere")), "import_reading": ("x", None, Path("/nowhere")),
    }  # fmt: skip
    keywords = {"create": {"config": {}}}
    for method in set(names) - PRIVATE_BY_NATURE:
        given = arguments.get(method, (run if kind is RunStore else name,))
        with acting_as(NOBODY), pytest.raises(AccessError):
            getattr(store, method)(*given, **keywords.get(method, {}))


def test_h44_the_message_says_what_is_missing_and_whom_to_ask(world: World) -> None:
    run = world.run(OTHER, fresh=False)
    with acting_as(Person(ME, role=Role.EDITOR)), pytest.raises(AccessError, match=f"its owner .{OTHER}. or an admin"):
        world.runs.delete(run)
    with acting_as(Person(ME, role=Role.VIEWER)), pytest.raises(AccessError, match="takes the role editor"):
        world.runs.create("train", config={})
    with acting_as(Person(ME)), pytest.raises(AccessError, match="has no role here"):
        world.runs.list()
    with acting_as(NOBODY), pytest.raises(AccessError, match="Nobody is signed in"):
        world.runs.list()
    with acting_as(Person(ME, role=Role.ADMIN, until=1.0)), pytest.raises(AccessError, match="sign-in has ended"):
        world.runs.list()


def test_h44_a_command_of_a_page_acts_for_whoever_started_it(world: World) -> None:
    name, commands = world.dataset(OTHER, fresh=False), Commands(world.settings)
    before = world.datasets.open(name)
    with acting_as(Person(ME, role=Role.VIEWER)):
        command = commands.start(["dataset", "split", name], kind="test", title="test", action=Action.VIEW)
    assert command.wait(60) == "failed"
    assert re.search(rf"{ME} \(viewer\) may not change a dataset", command.error)
    assert world.datasets.open(name) == before
    with acting_as(Person(OTHER, role=Role.EDITOR)), pytest.raises(AccessError):
        command.cancel()
