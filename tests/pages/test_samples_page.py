"""The samples page: every labelled frame to find and to open, and the samples of a training."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import cached, gallery
from pages.samples import lens
from segcore.datasets.health import Finding
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
TINY = Finding(
    code="tiny-objects",
    level="warning",
    title="Tiny mice",
    detail="In 2 frames.",
    advice="Train at a larger size.",
    stems=("001", "004"),
    class_id=1,
)


class Drawn:
    """What the page handed to the two elements that only a browser can show."""

    def __init__(self) -> None:
        self.tiles: list[gallery.Tile] = []
        self.open: Callable[[str], None] = lambda _: None
        self.lens: tuple[Any, ...] = ()

    def wall(self, tiles: Any, on_open: Callable[[str], None], **_: Any) -> None:
        self.tiles, self.open = list(tiles), on_open

    def look(self, *given: Any) -> None:
        self.lens = given

    @property
    def stems(self) -> list[str]:
        return [tile.id for tile in self.tiles]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    seen = Drawn()
    monkeypatch.setattr(gallery, "draw", seen.wall)
    monkeypatch.setattr(lens, "draw", seen.look)
    monkeypatch.setattr(cached, "health", lambda _: [TINY])
    return seen


def test_the_real_wall_and_lens_are_drawn(open_page: Opener, full_home: Settings) -> None:
    for params in ({"view": "frames"}, {"frame": "002"}):
        app = open_page(full_home, "samples", dataset="desk", **params)
        assert not app.exception
        assert not app.error


def test_every_frame_is_on_the_wall(open_page: Opener, full_home: Settings, drawn: Drawn) -> None:
    app = open_page(full_home, "samples", view="frames")
    assert not app.exception
    assert drawn.stems == [f"{n:03d}" for n in range(6)]
    assert all(tile.picture.startswith(b"\xff\xd8") for tile in drawn.tiles)
    val = DatasetStore(full_home).open("desk").split.val
    assert [tile.id for tile in drawn.tiles if tile.note == "scored on"] == list(val)


def test_filters_narrow_and_are_in_the_address(open_page: Opener, full_home: Settings, drawn: Drawn) -> None:
    app = open_page(full_home, "samples", view="frames")
    app.text_input(key="samples_find").set_value("00").run()
    app.selectbox(key="samples_finding").set_value("tiny-objects:1").run()
    assert drawn.stems == ["001", "004"]
    assert "Train at a larger size." in "".join(m.value for m in app.markdown)
    assert dict(app.query_params) == {"view": "frames", "find": "00", "finding": "tiny-objects:1"}
    app.multiselect(key="samples_lacks").set_value([1]).run()
    assert any("No frame is like that" in m.value for m in app.markdown)
    app.button(key="clear_filters").click().run()
    assert len(drawn.stems) == 6
    assert dict(app.query_params) == {"view": "frames"}


def test_links_to_findings_and_layers_are_followed(open_page: Opener, full_home: Settings, drawn: Drawn) -> None:
    app = open_page(full_home, "samples", dataset="desk", finding="tiny-objects", shows="2", layer="mask")
    assert not app.exception
    assert drawn.stems == ["001", "004"]
    assert app.multiselect(key="samples_shows").value == [2]
    assert app.selectbox(key="samples_finding").value == "tiny-objects"
    before = [tile.picture for tile in drawn.tiles]
    open_page(full_home, "samples", dataset="desk", finding="tiny-objects")
    assert [tile.picture for tile in drawn.tiles] != before


def test_a_frame_is_opened_left_and_right(open_page: Opener, full_home: Settings, drawn: Drawn) -> None:
    app = open_page(full_home, "samples", dataset="desk", finding="tiny-objects:1", frame="001")
    uri, labels, _, layer, shown, name = drawn.lens
    assert (name, layer, shown, labels.shape) == ("001", "contours", [1, 2], (48, 64))
    assert uri.startswith("data:image/png;base64,")
    assert "1 of 2" in "".join(m.value for m in app.markdown)
    assert app.button(key="go_Previous").disabled
    app.button(key="go_Next").click().run()
    assert drawn.lens[-1] == "004"
    app.checkbox(key="draw_desk_2").uncheck().run()
    assert drawn.lens[4] == [1]
    app.button(key="to_all").click().run()
    assert "frame" not in app.query_params
    assert drawn.stems == ["001", "004"]


def test_shares_of_the_frame_are_written(open_page: Opener, full_home: Settings) -> None:
    app = open_page(full_home, "samples", frame="000")
    labels = " ".join(box.label for box in app.checkbox)
    assert "mouse :gray[8.3 %]" in labels  # 16 × 16 of 64 × 48
    assert "bear :gray[6.5 %]" in labels  # 10 × 20
    assert "background :gray[85.2 %]" in labels


def test_unknown_frames_and_datasets_say_so(open_page: Opener, full_home: Settings) -> None:
    assert "no frame 777" in open_page(full_home, "samples", frame="777").warning[0].value
    assert "no dataset nowhere" in open_page(full_home, "samples", view="frames", dataset="nowhere").warning[0].value


def test_an_opened_dataset_is_opened_again_only_when_it_changed(open_page: Opener, full_home: Settings) -> None:
    open_page(full_home, "samples", view="frames")
    first = cached.dataset("desk")
    assert cached.dataset("desk") is first
    store = DatasetStore(full_home)
    split = store.open("desk").split
    store.set_split("desk", replace(split, train=split.val, val=split.train))
    try:
        assert cached.dataset("desk").split.val == split.train
    finally:
        store.set_split("desk", split)


def test_the_samples_of_a_training(open_page: Opener, full_home: Settings) -> None:
    pytest.importorskip("tensorflow")
    app = open_page(full_home, "samples", dataset="desk")
    assert not app.exception
    assert "samples 1 to 10" in app.caption[-1].value
    app.button(key="reshuffle").click().run()
    assert "samples 11 to 20" in app.caption[-1].value
    app.toggle(key="use_rotation_balanced").set_value(False).run()
    app.slider(key="much_brightness_balanced").set_value(0.5).run()
    command = app.code[0].value
    assert (
        command == "segcore train desk --preset balanced --seed 0 --set augment.rotation=0 --set augment.brightness=0.5"
    )
    app.segmented_control(key="samples_preset").set_value("notebook").run()
    assert not app.toggle(key="use_rotation_notebook").value
    assert "256 × 256" in app.caption[-1].value
