"""What a watcher is told: 200 or 503, which part, and nothing that is nobody's business."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from pages.common import watching
from segcore.doctor import health as room
from segcore.doctor.health import health
from segcore.settings import Settings


def test_a_sound_installation_is_well(home: Settings) -> None:
    found = health(home)
    assert found.well
    assert {name: part["ok"] for name, part in found.parts.items()} == {"database": True, "engine": True, "disk": True}


def test_each_part_that_fails_is_named(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        broken = home.model_copy(
            update={
                "scheduler": f"tcp://127.0.0.1:{port}",
                "tracking_uri": f"postgresql://ada:s3cret@127.0.0.1:{port}/runs",
            }
        )
        monkeypatch.setattr(room, "LEAST_FREE", 1 << 60)
        found = health(broken)
    assert not found.well
    assert {name: part["ok"] for name, part in found.parts.items()} == {
        "database": False,
        "engine": False,
        "disk": False,
    }
    said = json.dumps(found.as_json())
    assert not [word for word in ("s3cret", "ada", "127.0.0.1", str(tmp_path)) if word in said]


def test_a_scheduler_that_listens_is_enough(home: Settings) -> None:
    with socket.socket() as scheduler:
        scheduler.bind(("127.0.0.1", 0))
        scheduler.listen()
        address = f"tls://127.0.0.1:{scheduler.getsockname()[1]}"
        assert health(home.model_copy(update={"scheduler": address})).parts["engine"]["ok"]


def test_the_route_answers_200_or_503_and_asks_at_most_every_three_seconds(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> JSONResponse:
        return watching._answer(Request({"type": "http"}))

    watching._LAST.clear()
    first = ask()
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert json.loads(first.body)["status"] == "ok"
    home.home.mkdir()
    (home.home / "schema.json").write_text('{"version": 999}')
    assert ask().status_code == 200
    monkeypatch.setattr(watching, "KEPT_S", 0.0)
    second = ask()
    assert (second.status_code, json.loads(second.body)["database"]["ok"]) == (503, False)
    assert watching.watched().path == "/segcore/health"
    watching._LAST.clear()
