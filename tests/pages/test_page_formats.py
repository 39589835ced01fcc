"""Numbers as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from pages.common import format as fmt


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (41, "0:41"), (59.6, "1:00"), (723, "12:03"), (3723, "1:02:03"), (None, "–"), (float("nan"), "–")],
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert fmt.clock(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (999_960, "1.0 MB"), (2e12, "2.0 TB")],
)
def test_size(count: float, shown: str) -> None:
    assert fmt.size(count) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.042, "4.2 %"), (0, "0.0 %"), (0.0001, "<0.1 %"), (1, "100.0 %"), (None, "–")]
)
def test_share(value: float | None, shown: str) -> None:
    assert fmt.share(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(30, "under a minute"), (480, "about 8 min"), (3600, "about 60 min"), (9000, "about 2.5 h")]
)
def test_about(seconds: float, shown: str) -> None:
    assert fmt.about(seconds) == shown


def test_plural() -> None:
    assert fmt.plural(1, "frame") == "1 frame"
    assert fmt.plural(36, "frame") == "36 frames"
    assert fmt.plural(8, "class", "classes") == "8 classes"
    assert fmt.count(1223) == "1\u202f223"


def test_ago() -> None:
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert fmt.ago(now - timedelta(seconds=3), now) == "just now"
    assert fmt.ago(now - timedelta(minutes=3), now) == "3 min ago"
    assert fmt.ago(now - timedelta(hours=5), now) == "5 h ago"
    assert "2026" in fmt.ago(now - timedelta(days=5), now)
    assert fmt.ago(None) == "–"
