"""Every dependency is one on purpose; the report of known vulnerabilities does not look clean where it saw nothing."""

from __future__ import annotations

import re
import runpy
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
AUDIT: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "audit.py"))


def test_each_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *(d for group in project["optional-dependencies"].values() for d in group)]
    direct = {re.split(r"[\[<>=~! ]", name)[0] for name in named} - {"segcore"}
    reasons = tomllib.loads((ROOT / ".ci" / "reviewed.toml").read_text("utf-8"))["direct"]
    assert direct == set(reasons)
    assert all(len(reason) > 3 for reason in reasons.values())


@pytest.mark.parametrize(
    ("said", "fine"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("Apache Software License", True),
        ("BSD-3-Clause AND Zlib", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_licences(said: str, fine: bool) -> None:
    assert AUDIT["fits"](said, {"mit", "apache", "bsd 3 clause", "zlib"}) is fine


def _audit(monkeypatch: pytest.MonkeyPatch, stdout: str) -> str:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=stdout))
    return "\n".join(AUDIT["advisories"]({"PYSEC-1": "only on Windows"}))


def test_what_was_not_checked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "NOT CHECKED: pip-audit gave no answer" in _audit(monkeypatch, "")
    skipped = '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}'
    assert _audit(monkeypatch, skipped).startswith("vulnerabilities NOT CHECKED of 1 of 1 packages")


def test_advisories_are_told_with_their_mend_or_the_reason_to_accept_them(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _audit(
        monkeypatch,
        """{"dependencies": [
            {"name": "a", "version": "1", "vulns": [{"id": "CVE-9", "aliases": ["PYSEC-1"], "fix_versions": ["2"]}]},
            {"name": "b", "version": "1", "vulns": [{"id": "CVE-8", "aliases": [], "fix_versions": ["3"]}]},
            {"name": "c", "version": "1", "vulns": []}]}""",
    )
    assert "a 1: CVE-9 PYSEC-1 – accepted: only on Windows" in told
    assert "b 1: CVE-8 – mended in 3" in told
    assert "3 packages checked, 2 advisories." in told
