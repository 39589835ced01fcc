"""The check-up on the System page: asked for, at work, and what it found with its mends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import tasks
from pages.common.commands import Command
from segcore.settings import Settings


def done(*checks: tuple[str, str, str, str]) -> Command:
    """A check-up that has ended with these (name, outcome, found, mend)."""
    listed = [dict(zip(("name", "outcome", "found", "mend"), check, strict=True)) for check in checks]
    count = {kind: sum(check[1] == kind for check in checks) for kind in ("fail", "warn")}
    command = Command("doctor", "Checking everything", state="done")
    command.result = {"checks": listed, "failed": count["fail"], "warned": count["warn"]}
    return command


def test_what_is_amiss_comes_with_its_mend_and_all_checks_are_listed(
    empty_home: Settings, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = done(("Home", "ok", "fine", ""), ("Disk", "warn", "little", "Delete."), ("Runs", "fail", "a*b", "Restore."))
    monkeypatch.setattr(tasks, "find", lambda _: found)
    page = open_page(empty_home, "system", check="x")
    assert not page.exception
    assert [(e.value, e.proto.title) for e in page.error] == [("a\\*b\n\nRestore.", "Runs")]
    assert [e.value for e in page.warning if e.proto.title == "Disk"] == ["little\n\nDelete."]
    tables = [frame.value for frame in page.dataframe if "Found" in frame.value]
    assert tables[0]["How"].tolist() == ["fine", "careful", "broken"]
    assert "Check again" in [button.label for button in page.button]


def test_all_is_well(empty_home: Settings, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "find", lambda _: done(("Home", "ok", "fine", "")))
    page = open_page(empty_home, "system", check="x")
    assert [e.value for e in page.success] == ["All is well: 1 check."]


def test_the_button_starts_the_doctor_and_the_address_names_it(
    empty_home: Settings, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def start(arguments: list[str], **kinds: str) -> Command:
        asked.append((arguments, kinds["kind"]))
        return Command("doctor", "Checking everything")

    monkeypatch.setattr(tasks, "start", start)
    page = open_page(empty_home, "system")
    page.button(key="check_everything").click().run()
    assert asked == [(["doctor", "--exit-zero", "--port", "8501"], "doctor")]
    assert page.query_params["check"]
