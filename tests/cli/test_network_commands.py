"""`segcore export`, `bench` and `info` on a small network that nobody trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from json_commands import invoke, last_json

from segcore.models.spec import SHA256_TAG
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.tradeoff import read_tradeoff

pytestmark = pytest.mark.usefixtures("installation")


def test_exported_network_labels_alike(tmp_path: Path) -> None:
    path = tmp_path / "network.xml"
    got = last_json(invoke("export", "trained", "--format", "openvino", "--out", str(path), "--frame", "72", "128"))
    assert path.exists()
    assert got["agreement"] > 0.999
    assert got["classes"] == ["background", "mug", "car"]


def test_info_says_what_is_installed(installation: Path) -> None:
    got = last_json(invoke("info", "--no-devices"))
    assert got["versions"]["segcore"]
    assert got["versions"]["tensorflow"] != "absent"
    assert got["engine"]["kind"] == "embedded"
    assert str(installation) in json.dumps(got["storage"])


def test_bench_compares_the_ways_to_compute_a_network(clip: Path) -> None:
    result = last_json(invoke("bench", "trained", "--video", str(clip), "--frames", "4"))
    assert set(result["stages"]) == {"decode", "scale", "network", "copy", "draw", "measure", "encode"}
    network = result["network"]
    assert {way["words"].split(",")[0] for way in network["tried"]} == {"OpenVINO", "TensorFlow"}
    assert network["tried"][0]["agreement"] == 1
    assert network["ms_at_matmul_speed"] == pytest.approx(
        1000 * network["gflops"] / network["matmul_gflops_per_s"], rel=0.3
    )


def test_bench_measures_both_speeds_and_keeps_what_it_found(clip: Path) -> None:
    store = RunStore(Settings.from_env())
    result = last_json(invoke("bench", "trained", "--speeds", "--video", str(clip), "--frames", "6"))
    assert list(result["speeds"]) == ["standard", "fast"]
    assert [s["miou"] for s in result["speeds"].values()] == [None, None]  # its dataset is not here
    assert result["speeds"]["standard"]["alike"] == result["speeds"]["standard"]["labelled"] == 1
    assert 0 < result["speeds"]["fast"]["alike"] < 1
    assert 2 / 6 <= result["speeds"]["fast"]["labelled"] <= 1
    assert result["speeds"]["fast"]["network_size"][1] < result["speeds"]["standard"]["network_size"][1]
    kept = read_tradeoff(store.settings.home, store.get("trained").tags[SHA256_TAG])
    assert kept is not None
    assert kept.model_dump(mode="json") == result
