"""The version of a home: new, old, newer, damaged; and MLflow's tables of an older version."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from segcore import cli
from segcore.errors import ConfigError, RunError
from segcore.runs import RunState, RunStore
from segcore.runs.database import newest_revision, outdated, revision
from segcore.schema import CURRENT, Step, ensure, version_of
from segcore.settings import Settings


def written(home: Path) -> int:
    return int(json.loads((home / "schema.json").read_text())["version"])


def test_a_new_home_is_of_the_present_version_and_nothing_is_kept(home: Settings) -> None:
    assert version_of(home.home) is None
    assert ensure(home) is None
    assert written(home.home) == CURRENT
    assert not (home.home / "backups").exists()
    assert ensure(home) is None


def test_steps_are_done_one_by_one_after_their_files_were_kept(home: Settings) -> None:
    home.home.mkdir()
    file = home.home / "list.txt"
    file.write_text("zero")

    def step(word: str) -> Step:
        def apply(settings: Settings) -> str:
            assert settings is home
            seen.append((word, written(home.home) if (home.home / "schema.json").exists() else 0))
            file.write_text(word)
            return "done"

        return Step(word, lambda _: [file], apply)

    seen: list[tuple[str, int]] = []
    made = ensure(home, [step("one"), step("two")])
    assert made is not None
    assert seen == [("one", 0), ("two", 1)]
    assert (made.before, made.after, made.done) == (0, 2, ("one: done.", "two: done."))
    kept = sorted((home.home / "backups").iterdir())
    assert [(folder / "list.txt").read_text() for folder in kept] == ["zero", "one"]
    assert made.kept == kept[-1]


def test_a_step_that_fails_leaves_the_version_before_it_and_is_tried_again(home: Settings) -> None:
    home.home.mkdir()
    (home.home / "datasets").mkdir()
    broken = True

    def second(_: Settings) -> str:
        if broken:
            raise RunError("No.")
        return "done"

    steps = [Step("a", lambda _: [], lambda _: "done"), Step("b", lambda _: [], second)]
    with pytest.raises(RunError):
        ensure(home, steps)
    assert written(home.home) == 1
    broken = False
    made = ensure(home, steps)
    assert made is not None
    assert made.done == ("b: done.",)


def test_a_newer_home_is_left_alone(home: Settings) -> None:
    home.home.mkdir()
    (home.home / "schema.json").write_text(json.dumps({"version": CURRENT + 1}))
    with pytest.raises(ConfigError, match="newer segcore"):
        ensure(home)
    cli._attach()
    done = CliRunner().invoke(cli.app, ["models", "--json"])
    assert isinstance(done.exception, ConfigError)
    assert [p.name for p in home.home.iterdir()] == ["schema.json"]


@pytest.mark.parametrize("text", ["", "{}", '{"version": "new"}', "[1]"])
def test_a_damaged_version_is_named(home: Settings, text: str) -> None:
    home.home.mkdir()
    (home.home / "schema.json").write_text(text)
    with pytest.raises(ConfigError, match=r"schema\.json is damaged"):
        ensure(home)


@pytest.fixture(scope="module")
def moved_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home without a version that was moved by hand, so that its run names files where they are no more."""
    folder = tmp_path_factory.mktemp("moved")
    old = Settings.from_env({"SEGCORE_HOME": str(folder / "old")})
    run = RunStore(old).create("segment", config={"video": str(old.uploads_dir / "a.mp4")}, name="lost")
    RunStore(old).set_state(run.id, RunState.FINISHED)
    os.rename(folder / "old", folder / "new")  # noqa: PTH104
    return Settings.from_env({"SEGCORE_HOME": str(folder / "new")})


def test_the_first_step_finds_the_files_of_a_home_that_was_moved(moved_home: Settings) -> None:
    assert version_of(moved_home.home) == 0
    lost = RunStore(moved_home)
    with pytest.raises(RunError, match="has no file"):
        lost.config(lost.get("lost").id)
    made = ensure(moved_home)
    assert made is not None
    assert made.done == ("The home gets a version: 1 runs have their files again.",)
    store = RunStore(moved_home)
    folder = store.folder(store.get("lost").id)
    assert folder is not None
    assert folder.is_relative_to(moved_home.home)
    assert made.kept is not None
    with closing(sqlite3.connect(made.kept / "mlflow.db")) as kept:
        assert "/old/" in kept.execute("SELECT artifact_uri FROM runs").fetchone()[0]


def test_relocate_lets_runs_name_their_uploads_anew(moved_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure(moved_home)
    monkeypatch.setenv("SEGCORE_HOME", str(moved_home.home))
    cli._attach()
    old = moved_home.home.parent / "old"
    done = CliRunner().invoke(cli.app, ["relocate", str(old), "--json"])
    assert json.loads(done.stdout) == {"runs": 0, "uploads": 1}
    store = RunStore(moved_home)
    assert store.config(store.get("lost").id)["video"] == str(moved_home.uploads_dir / "a.mp4")


def test_tables_of_an_older_mlflow_are_upgraded_after_a_copy(home: Settings) -> None:
    from alembic import command
    from mlflow.store.db.utils import _get_alembic_config
    from mlflow.store.tracking.dbmodels.initial_models import Base
    from sqlalchemy import create_engine

    home.home.mkdir()
    engine = create_engine(home.tracking_uri)
    Base.metadata.create_all(engine)
    engine.dispose()
    older = "451aebb31d03"
    command.upgrade(_get_alembic_config(home.tracking_uri), older)
    assert revision(home.tracking_uri) == older
    with pytest.raises(RunError, match="segcore upgrade"):
        RunStore(home).list()
    cli._attach()
    done = CliRunner().invoke(cli.app, ["upgrade", "--json"])
    told = json.loads(done.stdout)
    assert (told["version"], told["done"][0]) == (CURRENT, "MLflow's tables are of the installed version.")
    assert revision(home.tracking_uri) == newest_revision()
    assert revision(f"sqlite:///{told['kept'][0]}/mlflow.db") == older
    assert RunStore(home).list() == []


def test_tables_of_a_newer_mlflow_are_refused(home: Settings) -> None:

    home.home.mkdir()
    with closing(sqlite3.connect(home.home / "mlflow.db")) as made:
        made.execute("CREATE TABLE alembic_version (version_num TEXT)")
        made.execute("INSERT INTO alembic_version VALUES ('f00d00000000')")
        made.commit()
    with pytest.raises(RunError, match="newer MLflow"):
        outdated(home)
