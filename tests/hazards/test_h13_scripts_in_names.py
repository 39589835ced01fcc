"""A script in a name stays text, letter for letter; SVG, which can hold scripts, is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile_files import good_folder

from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError, InvalidImage
from segcore.settings import Settings

NAME = '<img src=x onerror="alert(1)">'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_h13_class_names_are_literal_everywhere(home: Settings, tmp_path: Path) -> None:
    root = good_folder(tmp_path / "in")
    names = ["background", NAME, "{{7*7}}", "!!python/object:os.system", "'; drop", "é\u202e", "a: b", "- x"]
    (root / "classes.txt").write_text("\n".join(names), "utf-8")
    store = DatasetStore(home)
    report = store.import_path(root, "d")
    assert report.classes.names == names
    assert json.loads(json.dumps(report.as_dict()))["classes"][1]["name"] == NAME
    store.import_path(store.export("d", tmp_path)[0], "again")
    assert store.open("again").classes.names == names


def test_h13_yaml_makes_no_objects(home: Settings, tmp_path: Path) -> None:
    root = good_folder(tmp_path / "in")
    (root / "dataset.yaml").write_text("names: !!python/object/apply:os.system ['touch hacked']")
    with pytest.raises(ValueError, match="YAML"):
        DatasetStore(home).import_path(root, "d")


def test_h13_a_description_in_the_store_makes_no_objects(home: Settings, tmp_path: Path) -> None:
    """Backups and copies of folders bring descriptions of others there."""
    store = DatasetStore(home)
    store.import_path(good_folder(tmp_path / "in"), "d")
    path, made = store.root / "d" / "dataset.yaml", tmp_path / "hacked"
    path.write_text(path.read_text("utf-8") + f"hacked: !!python/object/apply:os.mkdir ['{made}']\n", "utf-8")
    with pytest.raises(DatasetError, match="damaged"):
        store.open("d")
    assert not made.exists()


@pytest.mark.parametrize("name", ["a9.svg", "a9.png"])
def test_h13_svg_is_refused(home: Settings, tmp_path: Path, name: str) -> None:
    root = good_folder(tmp_path / "in")
    (root / "images" / name).write_bytes(SVG)
    (root / "masks" / "a9.png").write_bytes((root / "masks" / "a0.png").read_bytes())
    report = DatasetStore(home).import_path(root, "d")
    assert any(p.file == f"images/{name}" and "SVG" in p.fault for p in report.problems)
    assert report.pairs == 4
    with pytest.raises(InvalidImage, match="SVG"):
        read_image(root / "images" / name)
