"""Names that people can say, counted by hand."""

from __future__ import annotations

from itertools import islice

import pytest

from segcore.errors import RunError
from segcore.runs.names import candidates, checked_run_name, friendly_base


@pytest.mark.parametrize(
    ("newest", "numbered", "expected"),
    [
        ([], True, ["a-1", "a-2", "a-3"]),
        ([], False, ["a", "a-2", "a-3"]),
        (["a-9", "a-10", "a-x", "b-70"], True, ["a-1", "a-11", "a-12"]),
        (["a-2"], False, ["a", "a-3", "a-4"]),
    ],
)
def test_candidates(newest: list[str], numbered: bool, expected: list[str]) -> None:
    assert list(islice(candidates("a", newest, numbered=numbered), 3)) == expected


def test_friendly_base() -> None:
    assert friendly_base("train", "desk", {"preset": "fast"}) == "desk-fast"
    assert friendly_base("train", None, {}) == "train"
    assert friendly_base("segment", None, {"preset": "fast"}) == "video"
    assert friendly_base("train", 'a"b%c', {}) == "a-b-c"


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, 'a"b', "a%", "a\\b", "a\nb"])
def test_names_that_cannot_be_searched_for_are_refused(name: str) -> None:
    with pytest.raises(RunError, match="Expected a name"):
        checked_run_name(name)
