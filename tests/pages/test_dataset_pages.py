"""The datasets pages: the import that is looked at first, and the parts of an opened dataset."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.common import cached, tasks
from pages.common.commands import Command
from pages.datasets import classes, health, split
from segcore.classes import safe_colors
from segcore.datasets.dataset import Split
from segcore.datasets.drafts import Draft, Drafts
from segcore.datasets.health.finding import Finding
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]


@pytest.fixture
def home(full_home: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A home of its own with the dataset "desk": what a test changes is seen by no other."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")})
    shutil.copytree(full_home.datasets_dir, settings.datasets_dir)
    yield settings
    cached.st.cache_resource.clear()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What pages would have started, instead of starting it."""
    asked: list[dict[str, Any]] = []

    def start(arguments: list[str], **about: Any) -> Command:
        files = [Path(a) for a in arguments if a.endswith("repairs.json")]
        asked.append({"arguments": arguments, "repairs": [json.loads(f.read_text()) for f in files], **about})
        return Command(about["kind"], about["title"], about.get("subject", ""))

    monkeypatch.setattr(tasks, "start", start)
    return asked


def _draft(settings: Settings, folder: Path) -> Draft:
    """A draft of four frames: masks in three colours called …_mask for images without."""
    colors = np.array([(0, 0, 0), (220, 40, 20), (30, 160, 60)], np.uint8)
    for number in range(4):
        labels = np.zeros((40, 60), np.uint8)
        labels[5:25, 5 + number : 25 + number], labels[28:38, 40:58] = 1, 2
        for name, pixels in (
            (f"images/{number}.png", colors[labels] // 2 + 90),
            (f"masks/{number}.png", colors[labels]),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name)
    return Drafts(settings).create(folder, "kitchen.zip")


def _texts(app: AppTest) -> str:
    return "\n".join(str(e.value) for e in (*app.title, *app.markdown, *app.caption, *app.warning, *app.error))


def test_wizard_shows_what_was_found(open_page: Opener, home: Settings, tmp_path: Path) -> None:
    app = open_page(home, "datasets", draft=_draft(home, tmp_path / "src").id)
    assert not app.exception
    assert app.title[0].value == "Import kitchen.zip"
    assert "4 frames · 3 classes · 60 × 40 pixels" in _texts(app)
    named = [t.label for t in app.text_input if t.label.startswith("Name of #")]
    assert named == ["Name of #000000", "Name of #1ea03c", "Name of #dc2814"]


def test_wizard_imports_with_the_names_and_merges_of_the_user(
    open_page: Opener, home: Settings, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    draft = _draft(home, tmp_path / "src")
    app = open_page(home, "datasets", draft=draft.id)
    next(t for t in app.text_input if t.label == "Name of #dc2814").set_value("cup").run()
    next(s for s in app.selectbox if s.label == "What becomes of #1ea03c").set_value("ignore").run()
    app.button(key="import_draft").click().run()
    assert not app.exception
    (asked,) = started
    assert asked["arguments"][:6] == ["dataset", "import", "--draft", draft.id, "--name", "kitchen"]
    mapping = ClassMapping.model_validate(asked["repairs"][0]["mapping"])
    assert mapping.classes.names == ["background", "cup"]
    assert mapping.target == (0, 255, 1)
    assert DatasetStore(home).names() == ["desk"]


def test_names_are_kept_when_the_page_is_loaded_again(open_page: Opener, home: Settings, tmp_path: Path) -> None:
    draft = _draft(home, tmp_path / "src")
    app = open_page(home, "datasets", draft=draft.id)
    next(t for t in app.text_input if t.label == "Name of #dc2814").set_value("cup").run()
    again = open_page(home, "datasets", draft=draft.id)
    assert next(t for t in again.text_input if t.label == "Name of #dc2814").value == "cup"


def test_two_classes_of_one_name_are_refused_before_anything_starts(
    open_page: Opener, home: Settings, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    app = open_page(home, "datasets", draft=_draft(home, tmp_path / "src").id)
    for color in ("#dc2814", "#1ea03c"):
        next(t for t in app.text_input if t.label == f"Name of {color}").set_value("cup").run()
    app.button(key="import_draft").click().run()
    assert "Two classes are called" in app.error[0].value
    assert started == []


def test_discard_leaves_nothing(open_page: Opener, home: Settings, tmp_path: Path) -> None:
    draft = _draft(home, tmp_path / "src")
    app = open_page(home, "datasets", draft=draft.id)
    app.button(key="discard_draft").click().run()
    assert not app.exception
    assert Drafts(home).waiting() == []
    app = open_page(home, "datasets", draft=draft.id)
    assert app.error


def test_an_offer_is_one_click(
    open_page: Opener, home: Settings, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    draft = _draft(home, tmp_path / "src")
    for mask in (tmp_path / "src" / "masks").iterdir():
        mask.rename(mask.with_name(f"{mask.stem}_mask.png"))
    draft = Drafts(home).revise(draft.id)
    app = open_page(home, "datasets", draft=draft.id)
    assert app.button(key="import_draft").disabled
    app.button(key="offer_pair_suffix").click().run()
    assert started[0]["arguments"][:4] == ["dataset", "draft", "--id", draft.id]
    assert "_mask" in started[0]["repairs"][0]["mask_suffix"]


def test_drafts_that_wait_are_found_again(open_page: Opener, home: Settings, tmp_path: Path) -> None:
    draft = _draft(home, tmp_path / "src")
    app = open_page(home, "datasets")
    app.button(key=f"draft_{draft.id}").click().run()
    assert app.title[0].value == "Import kitchen.zip"


def test_classes_are_renamed_refused_and_undone(open_page: Opener, home: Settings) -> None:
    app = open_page(home, "datasets", dataset="desk", tab="Classes")
    assert not app.exception
    box = next(t for t in app.text_input if t.label == "Name of class 1")
    box.set_value("rat").run()
    assert DatasetStore(home).open("desk").classes.names == ["background", "rat", "bear"]
    next(t for t in app.text_input if t.label == "Name of class 1").set_value("bear").run()
    assert "bear" in app.error[0].value
    assert next(t for t in app.text_input if t.label == "Name of class 1").value == "rat"
    app.button(key="safe_colors").click().run()
    assert [c.color for c in DatasetStore(home).open("desk").classes] == safe_colors(3)
    for _ in range(2):
        app.button(key="undo_classes").click().run()
    assert DatasetStore(home).open("desk").classes.names == ["background", "mouse", "bear"]
    assert app.button(key="undo_classes").disabled


def test_what_the_menu_of_a_class_does(home: Settings) -> None:
    dataset = DatasetStore(home).open("desk")
    assert classes.options(dataset, 0) == [
        "Move down", "Make it part of mouse", "Make it part of bear", "Ignore its pixels",
    ]  # fmt: skip

    def names(chosen: str) -> list[str]:
        return classes.change_for(dataset, 1, chosen)(dataset.mapping).classes.names

    assert names(classes.UP) == ["mouse", "background", "bear"]
    assert names(classes.DOWN) == ["background", "bear", "mouse"]
    assert names(classes.GROUND) == ["mouse", "background", "bear"]
    assert names("Make it part of bear") == names(classes.DROP) == ["background", "bear"]
    assert classes.change_for(dataset, 1, "Make it part of bear")(dataset.mapping).target == (0, 1, 1)
    assert classes.change_for(dataset, 1, classes.DROP)(dataset.mapping).target == (0, 255, 1)


def test_split_is_shown_and_made_again(open_page: Opener, home: Settings) -> None:
    app = open_page(home, "datasets", dataset="desk", tab="Split")
    assert not app.exception
    assert "Split in runs of neighbours" in _texts(app)
    next(n for n in app.number_input if n.label == "Seed").set_value(7)
    next(b for b in app.button if b.label == "Split again").click().run()
    assert not app.exception
    assert DatasetStore(home).open("desk").split.seed == 7


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            Split(("a",), ("b",), seed=1, block=2, gap=3),
            "Split in runs of neighbours, 2 or more together, gap of 3, seed 1",
        ),
        (Split(("a",), ("b",), method="given"), "Split as your files say"),
        (Split(("a",), ("b",), method="folds", fold=(2, 5)), "Split in folds, fold 2 of 5, seed 0"),
    ],
)
def test_split_in_words(made: Split, words: str) -> None:
    assert split.in_words(made) == words


def test_export_names_format_and_dataset(open_page: Opener, home: Settings, started: list[dict[str, Any]]) -> None:
    app = open_page(home, "datasets", dataset="desk", tab="Export")
    app.selectbox(key="export_format").set_value("coco")
    app.button(key="export_dataset").click().run()
    assert not app.exception
    assert started[0]["arguments"][:5] == ["dataset", "export", "desk", "--format", "coco"]
    assert started[0]["subject"] == "desk"


def test_findings_come_with_pictures_and_advice(open_page: Opener, home: Settings) -> None:
    findings = [kind[0] for kind in health.by_kind(DatasetStore(home).health("desk")) if kind[0].stems]
    app = open_page(home, "datasets", dataset="desk")
    assert findings
    assert all(f.title.replace("|", "\\|") in _texts(app).replace("\\", "") for f in findings)
    assert len(app.get("image")) >= min(4, len(findings[0].stems))


def test_findings_of_one_kind_stand_together_the_gravest_first() -> None:
    said = [("split", "ok"), ("tiny", "note"), ("tiny", "warning"), ("rare", "note"), ("tiny", "note")]
    found = [Finding(code, level, title) for (code, level), title in zip(said, "abcde", strict=True)]  # type: ignore[arg-type]
    assert [[f.title for f in kind] for kind in health.by_kind(found)] == [["c"], ["b", "e"], ["d"], ["a"]]
