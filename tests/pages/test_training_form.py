"""The form before a training: every setting can be reached, networks are one click, a run can be started from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from pydantic import BaseModel, Field
from streamlit.testing.v1 import AppTest

from pages.common import cached
from pages.training import knobs, networks, origin
from pages.training.advanced import MADE
from segcore.errors import RunNotFound
from segcore.inference.network import TrainedNetwork
from segcore.models.architectures import ARCHITECTURES
from segcore.models.measured import Measured
from segcore.models.recommendation import recommended
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.training.config import TrainConfig, from_preset

if TYPE_CHECKING:
    from conftest import Opener


class Odd(BaseModel):
    """One field of each kind that settings may have."""

    kind: Literal["a", "b"] = "b"
    flag: bool = True
    count: int = Field(default=3, ge=1, le=9)
    share: float = Field(default=0.25, ge=0, lt=1, description="a share")
    maybe: int | None = None
    pair: tuple[int, int] | None = None
    span: tuple[float, float] = (0.5, 2.0)
    name: str | None = None


def draw_odd() -> None:
    import streamlit as st
    from test_training_form import Odd

    from pages.training import knobs

    st.session_state["changes"] = knobs.draw(Odd(), set(), "x")


def test_every_setting_has_a_control() -> None:
    default = from_preset("d", "fast")
    paths = {k.path for k in knobs.knobs(default)}
    tops = {path.partition(".")[0] for path in paths}
    assert tops == set(TrainConfig.model_fields)
    assert {path for path in MADE if path not in paths and path not in tops} == set()
    assert all(k.label for k in knobs.knobs(default))


def test_every_named_setting_exists() -> None:
    assert set(knobs.WORDS) <= {k.path for k in knobs.knobs(from_preset("d", "fast"))}


def test_untouched_controls_change_nothing_and_touched_ones_their_setting() -> None:
    app = AppTest.from_function(draw_odd, default_timeout=30).run()
    assert not app.exception
    assert app.session_state["changes"] == {}
    app.selectbox(key="knob_kind_x").select("a")
    app.toggle(key="knob_flag_x").set_value(False)
    app.number_input(key="knob_count_x").set_value(5)
    app.number_input(key="knob_maybe_x").set_value(7)
    app.toggle(key="knob_pair_x_set").set_value(True)
    app.number_input(key="knob_span_x_1").set_value(3.0)
    app.text_input(key="knob_name_x").set_value("cups")
    app.run()
    expected = {"kind": "a", "flag": False, "count": 5, "maybe": 7, "pair": (1, 2), "span": (0.5, 3.0), "name": "cups"}
    assert app.session_state["changes"] == expected
    assert Odd().model_copy(update=expected) == Odd(**expected)


def test_bounds_of_settings_are_bounds_of_controls() -> None:
    found = {k.path: k for k in knobs.knobs(Odd())}
    assert (found["count"].low, found["count"].high) == (1, 9)
    assert (found["share"].low, found["share"].high) == (0, 1)
    assert "a share" in found["share"].help
    assert "--set share=" in found["share"].help


def test_form_offers_every_network_and_one_click_takes_it(open_page: Opener, full_home: Settings) -> None:
    app = open_page(full_home, "training", dataset="desk")
    assert not app.exception
    keys = {button.key for button in app.button}
    assert {f"network_{name}" for name in ARCHITECTURES} <= keys
    assert any("recommended" in box.label for box in app.expander)
    app.button(key="network_fast_scnn").click().run()
    assert not app.exception
    assert any("Fast-SCNN" in box.label for box in app.expander)
    app.button(key="start_training").click().run()
    made = RunStore(full_home).config(app.query_params["run"])
    assert (made["architecture"], made["pretrained"]) == ("fast_scnn", False)


def test_the_notebooks_network_brings_the_loss_and_frames_it_needs(open_page: Opener, full_home: Settings) -> None:
    app = open_page(full_home, "training", dataset="desk")
    app.button(key="network_unet_notebook").click().run()
    assert not app.exception
    assert not app.error
    app.button(key="start_training").click().run()
    made = RunStore(full_home).config(app.query_params["run"])
    assert (made["loss"], made["geometry"]["squeeze"]) == ("dice_bce", [256, 256])


def test_a_link_starts_from_a_run(open_page: Opener, full_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend_weights(monkeypatch)
    run = RunStore(full_home).get("desk-a")
    app = open_page(full_home, "training", dataset="desk", **{"from": run.id})
    assert not app.exception
    told = [box.value for box in [*app.info, *app.warning]]
    assert any("Starts from desk\\-a" in text or "Starts from desk-a" in text for text in told)
    assert not any(button.key == "network_fast_scnn" for button in app.button)
    app.button(key="start_training").click().run()
    made = RunStore(full_home).config(app.query_params["run"])
    assert made["start_from"] == run.id
    assert made["learning_rate"] == pytest.approx(from_preset("desk", "fast").learning_rate / 4)


def test_a_run_that_cannot_be_started_from_says_why(open_page: Opener, full_home: Settings) -> None:
    """Its weights are not the file that was written."""
    run = RunStore(full_home).get("desk-a")
    app = open_page(full_home, "training", dataset="desk", **{"from": run.id})
    assert not app.exception
    assert any("SHA" in box.value for box in app.error)


def _pretend_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home's weights are no weights: their hash is not what this is about."""
    from segcore.models.spec import MODEL_FILE, ModelSpec

    def of_run(store: RunStore, run: str) -> TrainedNetwork:
        spec = ModelSpec.model_validate_json(store.file(store.get(run).id, MODEL_FILE).read_text("utf-8"))
        return TrainedNetwork(spec, store.file(store.get(run).id, MODEL_FILE), "0" * 64)

    monkeypatch.setattr(TrainedNetwork, "of_run", of_run)


def test_an_unknown_link_is_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        def get(self, run: str) -> None:
            raise RunNotFound(run)

    monkeypatch.setattr(cached, "runs", Empty)
    monkeypatch.setattr(origin.state, "param", lambda _: "nobody")
    assert origin.linked_run() is None


def test_figures_tell_what_is_measured(full_home: Settings) -> None:
    known = Measured(full_home.home)
    assert "not measured here" in networks.figures("fast_scnn", (352, 640), known)
    known.put("fast_scnn", (352, 640), 7.04)
    assert (
        networks.figures("fast_scnn", (352, 640), known) == "1.2 million parameters · 1.4 GFLOPs · 7.0 ms a frame here"
    )


def test_recommendation_is_a_network_with_a_reason() -> None:
    for frames in (5, 5000):
        name, why = recommended(frames)
        assert name in ARCHITECTURES
        assert str(frames) in why
