"""Figures hold the data that they were given."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pages.common.charts import Series, class_bars, confusion, overlay_curves, thin, thinned
from pages.common.network import group, network, summary


def test_thin_keeps_short_series_as_they_are() -> None:
    series = Series((1, 2, 3), (0.1, 0.2, 0.3))
    assert thin(series, 10) is series


def test_thin_keeps_ends_and_every_peak() -> None:
    y = [0.0] * 10_000
    y[4321], y[7000] = 9.0, -9.0
    short = thin(Series(list(range(10_000)), y), 200)
    assert len(short.x) <= 202
    assert (short.x[0], short.x[-1]) == (0, 9999)
    assert max(short.y) == 9.0
    assert min(short.y) == -9.0
    assert list(short.x) == sorted(short.x)


@given(st.integers(1, 3000), st.integers(10, 400), st.integers(0, 2**31))
def test_thinned_points_are_few_in_order_and_hold_the_extremes(count: int, most: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=count)
    kept = thinned(values, most)
    assert len(kept) <= max(count if count <= most else 0, most + 2)
    assert (np.diff(kept) > 0).all()
    assert {0, count - 1, int(values.argmin()), int(values.argmax())} <= set(kept.tolist())


def test_class_bars_show_absent_classes_as_a_dash() -> None:
    figure = class_bars(["a", "b"], ["#ff0000", "#00ff00"], [0.5, float("nan")])
    assert list(figure.data[0].x) == [0.5, 0.0]
    assert list(figure.data[0].text) == ["0.50", "–"]
    assert list(figure.data[0].marker.color) == ["#ff0000", "#00ff00"]


def test_confusion_shows_shares_of_the_true_class() -> None:
    figure = confusion(np.array([[3, 1], [0, 0]]), ["a", "b"])
    assert np.array(figure.data[0].z)[0].tolist() == [0.75, 0.25]
    assert np.isnan(np.array(figure.data[0].z, float)[1]).all()
    assert np.array(figure.data[0].customdata)[0].tolist() == [3, 1]
    assert [(a.x, a.y, a.text) for a in figure.layout.annotations] == [("a", "a", "75 %"), ("b", "a", "25 %")]


def test_overlay_names_every_run() -> None:
    figure = overlay_curves({"a": Series((1,), (2,)), "b": Series((1,), (3,))}, title="", x_title="epoch")
    assert [trace.name for trace in figure.data] == ["a", "b"]


LAYERS = [
    {"name": "in", "kind": "InputLayer", "shape": [64, 64, 3], "parameters": 0, "inputs": [], "depth": 0},
    {"name": "a", "kind": "Conv2D", "shape": [32, 32, 8], "parameters": 224, "inputs": ["in"], "depth": 1},
    {"name": "b", "kind": "Conv2DTranspose", "shape": [64, 64, 4], "parameters": 100, "inputs": ["a"], "depth": 2},
    {"name": "c", "kind": "Concatenate", "shape": [64, 64, 7], "parameters": 0, "inputs": ["b", "in"], "depth": 3},
]


def test_network_places_layers_by_depth_and_grid() -> None:
    figure = network(LAYERS)
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    assert (list(by_name["convolution"].x), list(by_name["convolution"].y)) == ([1], [-1.0])
    assert list(figure.layout.yaxis.ticktext) == ["full size", "1/2"]
    assert summary(LAYERS) == (4, 324)
    assert [group(k) for k in ("DepthwiseConv2D", "UpSampling2D", "Add", "ReLU")] == [
        "convolution",
        "upwards",
        "joins",
        "other",
    ]
