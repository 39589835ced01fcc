"""Log lines: what is in them, who may write at once, and what happens when there is no room."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from segcore import logs
from segcore.access import LOCAL_NAME, Person, Role, acting_as, environment_of, session
from segcore.errors import ConfigError
from segcore.runs import RunState, RunStore
from segcore.settings import Settings


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    """What a test started to log ends with it."""
    yield
    logs.about(run=None, job=None, user=None)
    for handler in [h for h in logging.getLogger().handlers if getattr(h, "of_segcore", False)]:
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.fixture(autouse=True)
def by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks is said by the environment, as in a process of its own, whatever pages were opened here before."""
    monkeypatch.setattr(session, "_SOURCE", [session._from_environment])


def lines_of(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(line) for line in (settings.logs_dir / logs.FILE).read_text().splitlines()]


def test_a_line_says_when_what_where_and_whom_it_is_about(home: Settings) -> None:
    logs.start(home)
    logs.about(run="abc", job="train/1")
    logging.getLogger("segcore.toy").info("two\nlines, 1 %s", "é", extra={"user": "ada@lab.org"})
    (line,) = lines_of(home)
    assert line["time"][10] == "T"
    assert line["time"].endswith("Z")
    assert {key: line[key] for key in ("level", "logger", "message", "run", "job", "user")} == {
        "level": "info",
        "logger": "segcore.toy",
        "message": "two\nlines, 1 é",
        "run": "abc",
        "job": "train/1",
        "user": "ada@lab.org",
    }


def test_a_fault_comes_with_its_trace_and_others_only_with_warnings(home: Settings) -> None:
    logs.start(home)
    logging.getLogger("elsewhere").info("chatter")
    logging.getLogger("elsewhere").warning("careful")
    try:
        raise ValueError("no")
    except ValueError:
        logging.getLogger("segcore.toy").exception("a fault")
    careful, fault = lines_of(home)
    assert careful["message"] == "careful"
    assert "ValueError: no" in fault["trace"]


def test_text_is_for_people(home: Settings) -> None:
    logs.start(home.model_copy(update={"log_format": "text"}))
    logging.getLogger("segcore.toy").warning("low", extra={"run": "abc"})
    text = (home.logs_dir / logs.FILE).read_text()
    assert text.endswith("Z warning segcore.toy run=abc: low\n")


def test_a_run_logs_its_states_and_a_started_log_replaces_the_one_before(home: Settings, tmp_path: Path) -> None:
    logs.start(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "other")}))
    logs.start(home)
    store = RunStore(home)
    run = store.create("train", config={}, name="toy")
    with pytest.raises(ValueError, match="lens"), store.writer(run.id):
        raise ValueError("the lens cap was on")
    told = [(line["level"], line["message"]) for line in lines_of(home) if line.get("run") == run.id]
    assert told == [("info", "queued"), ("info", "running"), ("error", "failed: ValueError: the lens cap was on")]
    assert store.get(run.id).state is RunState.FAILED
    assert not (tmp_path / "other").exists()


ADA, BEN = Person("ada@lab.org", role=Role.EDITOR), Person("ben@lab.org", role=Role.ADMIN)


def test_lines_name_whoever_signed_in_and_acts_else_whose_run_it_is(home: Settings) -> None:
    logs.start(home)
    store = RunStore(home)
    with acting_as(ADA):
        run = store.create("train", config={}, name="toy")
    with store.writer(run.id):  # the job acts for the installation
        logging.getLogger("segcore.toy").info("an epoch")
    logging.getLogger("segcore.toy").info("between jobs")
    store.set_state(run.id, RunState.INTERRUPTED, "found by the engine")
    with acting_as(BEN):
        store.delete(run.id)
    assert [(line["message"], line.get("user")) for line in lines_of(home)] == [
        ("queued", ADA.email),
        ("running", ADA.email),
        ("an epoch", ADA.email),
        ("finished", ADA.email),
        ("between jobs", None),
        ("interrupted: found by the engine", ADA.email),
        ("deleted: toy", BEN.email),
    ]


def test_a_command_that_a_page_starts_names_whoever_pressed_the_button(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*environment_of(ADA).popitem())
    logs.start(home)
    logging.getLogger("segcore.toy").info("done")
    (line,) = lines_of(home)
    assert line["user"] == ADA.email


def test_without_a_sign_in_no_line_names_anybody(home: Settings) -> None:
    logs.start(home)
    store = RunStore(home)
    run = store.create("train", config={}, name="toy")
    assert run.owner == LOCAL_NAME
    with store.writer(run.id):
        pass
    store.delete(run.id)
    store.restore(run.id)
    assert len(lines_of(home)) == 5
    assert not [line for line in lines_of(home) if "user" in line]


def test_a_file_of_people_that_is_damaged_costs_no_line(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> Person:
        raise ConfigError("people.toml cannot be read.")

    logs.start(home)
    monkeypatch.setattr(session, "_SOURCE", [damaged])
    logging.getLogger("segcore.toy").info("said")
    (line,) = lines_of(home)
    assert line["message"] == "said"


@pytest.mark.parametrize("kind", ["json", "text"])
def test_passwords_in_addresses_are_masked_in_messages_and_traces(home: Settings, kind: str) -> None:
    logs.start(home.model_copy(update={"log_format": kind}))
    try:
        raise ValueError("cannot open postgresql+psycopg://ada:s3cret@db/runs?password=s3cret&sslmode=require")
    except ValueError as error:
        logging.getLogger("segcore.toy").exception("a fault: %s", error)
    text = (home.logs_dir / logs.FILE).read_text()
    assert (
        text.count("ada:***@db/runs?password=***&sslmode=require") == 3
    )  # the message, the trace's line of code, the error
    assert "s3cret" not in text


def test_several_processes_share_a_file_that_is_turned_and_no_line_is_lost(tmp_path: Path) -> None:
    code = (
        "import logging, sys; from pathlib import Path; from segcore.logs import Lines, SharedFile\n"
        "handler = SharedFile(Path(sys.argv[1]), largest=20_000, kept=50); handler.setFormatter(Lines('json'))\n"
        "log = logging.getLogger('segcore'); log.setLevel(20); log.addHandler(handler)\n"
        "for number in range(300): log.info('%s %d', sys.argv[2], number)"
    )
    file = tmp_path / "segcore.log"
    crew = [subprocess.Popen([sys.executable, "-c", code, file, name]) for name in "abc"]
    assert [one.wait(120) for one in crew] == [0, 0, 0]
    said = {json.loads(line)["message"] for path in tmp_path.glob("segcore.log*") for line in path.open()}
    assert said == {f"{name} {number}" for name in "abc" for number in range(300)}
    assert list(tmp_path.glob("segcore.log.*"))  # how many depends on how long the others write while one turns
    assert not list(tmp_path.glob("*.turning"))


def test_only_so_many_files_are_kept(tmp_path: Path) -> None:
    handler = logs.SharedFile(tmp_path / "segcore.log", largest=1, kept=3)
    handler.setFormatter(logs.Lines("text"))
    for number in range(10):
        handler.emit(logging.LogRecord("segcore", 20, "", 0, f"line {number}", None, None))
    handler.close()
    assert {path.name: path.read_text()[-7:-1] for path in tmp_path.iterdir()} == {
        "segcore.log": "line 9",
        "segcore.log.1": "line 8",
        "segcore.log.2": "line 7",
        "segcore.log.3": "line 6",
    }


def test_a_log_that_cannot_be_written_is_told_once_and_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    handler = logs.SharedFile(tmp_path / "logs" / "segcore.log")
    for _ in range(3):
        handler.emit(logging.LogRecord("segcore", 20, "", 0, "line", None, None))
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_another_format_is_refused_and_passwords_are_never_shown() -> None:
    with pytest.raises(ConfigError, match="SEGCORE_LOG_FORMAT"):
        Settings.from_env({"SEGCORE_LOG_FORMAT": "xml"})
    for uri, shown in (
        ("postgresql://ada:s3cret@db:5432/runs", "postgresql://ada:***@db:5432/runs"),
        ("postgresql://ada:s@c/ret@db/runs", "postgresql://ada:***@db/runs"),
        (
            "postgresql://ada@db/runs?password=s3cret&sslmode=require",
            "postgresql://ada@db/runs?password=***&sslmode=require",
        ),
        ("sqlite:////data/mlflow.db", "sqlite:////data/mlflow.db"),
        ("http://mlflow:5000", "http://mlflow:5000"),
    ):
        assert Settings.from_env({"SEGCORE_TRACKING_URI": uri}).shown_tracking_uri == shown
