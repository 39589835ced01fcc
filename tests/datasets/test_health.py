"""What the health check remarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from small_dataset import labels, picture, write, write_folder

from segcore.datasets.health import balance, check
from segcore.datasets.store import DatasetStore, Split


def test_balance_counts_by_hand(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 3)
    write(root / "masks" / "f_1.png", np.zeros_like(labels()))
    store.import_path(root, "d")
    store.set_split("d", Split(("f_0", "f_1"), ("f_2",)))
    row = balance(store.open("d"))[1]
    assert (row.frames, row.train_frames, row.val_frames) == (2, 1, 1)
    assert row.pixel_share == ((labels(0) == 1).sum() + (labels(2) == 1).sum()) / (3 * 12 * 16)


def test_findings(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 3)
    empty = np.zeros_like(labels())
    empty[0, 0] = 255
    write(root / "masks" / "f_1.png", empty)
    write(root / "images" / "g.png", np.vstack([picture()] * 2))
    write(root / "masks" / "g.png", np.vstack([labels()] * 2))
    (root / "classes.txt").write_text("background\ncat\ndog\ngoat\n")
    store.import_path(root, "d")
    store.set_split("d", Split(("f_1",), ("f_0", "f_2", "g")))
    titles = [f.title for f in check(store.open("d"))]
    assert "2 frame sizes" in titles
    assert "Very few frames" in titles
    assert "goat: in no frame" in titles
    assert "cat: not in the training frames" in titles
    assert "1 masks hold background only" in titles
    assert any("ignored" in t for t in titles)
