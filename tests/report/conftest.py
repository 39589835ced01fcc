"""The small result, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_result import facts_of, make_result

from segcore.report.charts.of_result import charts
from segcore.report.charts.paper import Chart
from segcore.report.content import document_of
from segcore.report.document import Document
from segcore.report.facts import Facts


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the result."""
    return make_result(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def facts(made: Path) -> Facts:
    """What is known of it."""
    return facts_of(made)


@pytest.fixture(scope="session")
def drawings(facts: Facts) -> list[Chart]:
    """Its charts."""
    return charts(facts)


@pytest.fixture(scope="session")
def document(facts: Facts, drawings: list[Chart]) -> Document:
    """Its report."""
    return document_of(facts, drawings)
