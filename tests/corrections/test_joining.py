"""Corrected frames become labelled frames: exact, by class names, and never a leak into what is scored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from segcore import cli
from segcore.classes import ClassTable
from segcore.corrections.joining import join, teaches
from segcore.corrections.kept import Correction, Corrections, Note
from segcore.datasets.dataset import Dataset, Split, read_labels
from segcore.datasets.images import write_index_mask
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError
from segcore.runs import RunStore

SIZE = (48, 64)
CLASSES = ClassTable.of(["background", "mouse", "bear"])
Corrector = Callable[..., Correction]


def scene(number: int) -> np.ndarray:
    """(48, 64, 3) uint8: frames of different numbers look different, of equal numbers alike."""
    coarse = np.random.default_rng(number).integers(0, 256, (6, 8), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((64, 48), Image.Resampling.BICUBIC).convert("RGB"))


def labels(number: int) -> np.ndarray:
    found = np.zeros(SIZE, np.uint8)
    found[8:24, number % 30 : number % 30 + 9], found[30:40, 40:60] = 1, 2
    return found


@pytest.fixture
def datasets(store: RunStore, tmp_path: Path) -> DatasetStore:
    """With "desk": every tenth frame of clip.mp4, f000000 to f000110; the last three are scored."""
    made = DatasetStore(store.settings)
    if made.exists("desk"):
        made.delete("desk")
    for name in ("images", "masks"):
        (tmp_path / "desk" / name).mkdir(parents=True)
    for number in range(0, 120, 10):
        Image.fromarray(scene(number)).save(tmp_path / "desk" / "images" / f"clip_f{number:06d}.jpg", quality=95)
        write_index_mask(tmp_path / "desk" / "masks" / f"clip_f{number:06d}.png", labels(number))
    (tmp_path / "desk" / "classes.txt").write_text("background\nmouse\nbear\n")
    made.import_path(tmp_path / "desk", "desk")
    stems = [pair.stem for pair in made.open("desk").pairs]
    made.set_split("desk", Split(tuple(stems[:8]), tuple(stems[9:]), left_out=(stems[8],), block=1, gap=1))
    return made


@pytest.fixture
def correct(store: RunStore, result: str, tmp_path: Path) -> Corrector:
    """Corrects a frame: what is painted is `labels(number + 5)`."""

    def made(number: int, *, stem: str = "", classes: ClassTable = CLASSES, picture: int | None = None) -> Correction:
        path = tmp_path / f"{number}.jpg"
        Image.fromarray(scene(number if picture is None else picture)).save(path, quality=95)
        note = Note(frame=number, time_s=number / 10, stem=stem or f"clip_f{number:06d}", classes=classes)
        return Corrections(store, result).keep(note, labels(number + 5), path)

    return made


def labels_in(dataset: Dataset, stem: str) -> np.ndarray:
    return read_labels(next(pair for pair in dataset.pairs if pair.stem == stem))


def test_new_frames_are_learned_from_to_the_pixel(datasets: DatasetStore, correct: Corrector) -> None:
    before = datasets.open("desk")
    joined = join(datasets, [correct(33), correct(47)], "clip", "desk")
    after = datasets.open("desk")
    assert joined.learned == ("clip_f000033", "clip_f000047")
    assert (joined.scored, joined.left_out, joined.replaced, joined.problems) == ((), (), (), ())
    assert np.array_equal(labels_in(after, "clip_f000033"), labels(38))
    assert after.split.val == before.split.val
    assert set(after.split.train) == {*before.split.train, *joined.learned}
    assert after.content_hash != before.content_hash
    assert after.classes == before.classes


def test_neighbours_of_scored_frames_are_left_out(datasets: DatasetStore, correct: Corrector) -> None:
    """95 and 105 lie between scored frames, 85 is a step away from one; where nobody judged is learned from."""
    before = datasets.open("desk")
    joined = join(datasets, [correct(95), correct(105), correct(85), correct(5)], "clip", "desk")
    assert joined.left_out == ("clip_f000095", "clip_f000105", "clip_f000085")
    assert joined.learned == ("clip_f000005",)
    assert datasets.open("desk").split.val == before.split.val


def test_many_frames_of_another_video_are_learned_from_too(datasets: DatasetStore, correct: Corrector) -> None:
    """`dataset add` would put every fifth of them to those that are scored."""
    corrections = [correct(1000 + 7 * k, stem=f"other_f{k:06d}") for k in range(12)]
    joined = join(datasets, corrections, "clip", "desk")
    assert len(joined.learned) == 12


def test_a_copy_of_a_scored_frame_under_another_name_is_left_out(datasets: DatasetStore, correct: Corrector) -> None:
    joined = join(datasets, [correct(100, stem="film_f000003"), correct(40, stem="film_f000001")], "clip", "desk")
    assert joined.left_out == ("film_f000003",)
    assert joined.learned == ("film_f000001",)


def test_a_frame_that_is_there_gets_the_new_labels_and_keeps_its_side(
    datasets: DatasetStore, correct: Corrector
) -> None:
    before = datasets.open("desk")
    joined = join(datasets, [correct(30), correct(100)], "clip", "desk")
    after = datasets.open("desk")
    assert joined.replaced == ("clip_f000030", "clip_f000100")
    assert (joined.learned, joined.scored) == (("clip_f000030",), ("clip_f000100",))
    assert np.array_equal(labels_in(after, "clip_f000030"), labels(35))
    assert (after.split, len(after.pairs)) == (before.split, len(before.pairs))


def test_a_frame_of_another_video_of_the_same_name_is_not_overwritten(
    datasets: DatasetStore, correct: Corrector
) -> None:
    joined = join(datasets, [correct(30, picture=777), correct(33)], "clip", "desk")
    assert joined.stems == ("clip-2_f000030", "clip-2_f000033")
    after = datasets.open("desk")
    assert np.array_equal(labels_in(after, "clip_f000030"), labels(30))
    assert np.array_equal(labels_in(after, "clip-2_f000030"), labels(35))


@pytest.mark.parametrize(
    ("stem", "picture", "teaches_it"),
    [
        ("clip_f000033", 33, True),
        ("clip_f000085", 85, False),  # a step from a scored frame
        ("film_f000003", 100, False),  # looks like a scored frame
        ("film_f000003", 40, True),
        ("clip_f000030", 30, True),  # there already, learned from
        ("clip_f000100", 100, False),  # there already, scored
    ],
)
def test_what_a_frame_would_be_is_known_before(
    datasets: DatasetStore, correct: Corrector, stem: str, picture: int, teaches_it: bool
) -> None:
    correction = correct(picture, stem=stem)
    assert teaches(datasets.open("desk"), stem, correction.image) is teaches_it
    joined = join(datasets, [correction], "clip", "desk")
    assert bool(joined.learned) is teaches_it


def test_classes_go_by_their_names(datasets: DatasetStore, correct: Corrector) -> None:
    turned = ClassTable.of(["background", "bear", "mouse"])
    join(datasets, [correct(33, classes=turned)], "clip", "desk")
    after = datasets.open("desk")
    assert after.classes.names == CLASSES.names
    assert np.array_equal(labels_in(after, "clip_f000033"), np.array([0, 2, 1], np.uint8)[labels(38)])


def test_a_dataset_is_made_where_there_is_none(datasets: DatasetStore, correct: Corrector) -> None:
    joined = join(datasets, [correct(10 * k) for k in range(6)], "clip", "fresh")
    fresh = datasets.open("fresh")
    assert len(fresh.pairs) == 6
    assert fresh.classes == CLASSES
    assert set(joined.learned) == set(fresh.split.train)
    assert joined.scored == fresh.split.val != ()


def test_without_corrections_nothing_changes(datasets: DatasetStore) -> None:
    before = datasets.open("desk")
    with pytest.raises(DatasetError, match="no corrections"):
        join(datasets, [], "clip", "desk")
    assert datasets.open("desk") == before


@pytest.mark.usefixtures("datasets")
def test_the_command_lists_and_adds(
    correct: Corrector, store: RunStore, result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGCORE_HOME", str(store.settings.home))
    correct(33)
    correct(95)
    cli._attach()
    listed = CliRunner().invoke(cli.app, ["results", "corrected", result, "--json"])
    rows = json.loads(listed.stdout.splitlines()[-1])["corrected"]
    assert [(row["frame"], row["stem"]) for row in rows] == [(33, "clip_f000033"), (95, "clip_f000095")]
    added = CliRunner().invoke(cli.app, ["results", "corrected", result, "--into", "desk", "--json"])
    told = json.loads(added.stdout.splitlines()[-1])
    assert (told["dataset"], told["learned"], told["left_out"]) == ("desk", ["clip_f000033"], ["clip_f000095"])
    plain = CliRunner().invoke(cli.app, ["results", "corrected", result, "--into", "desk"])
    assert "desk: 0 new, 2 replaced, 1 to learn from" in plain.stdout
