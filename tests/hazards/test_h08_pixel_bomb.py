"""A few kilobytes of PNG that decode to hundreds of megapixels are refused by their header."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hostile_files import grey_png_of_zeros

from segcore.datasets.images import read_image
from segcore.errors import InvalidImage

_READ = """
    import resource, sys
    from pathlib import Path
    from segcore.datasets.formats.masks.raw_masks import scan
    from segcore.datasets.images import read_image
    from segcore.errors import SegcoreError
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for read in (read_image, scan):
        try:
            read(Path(sys.argv[1]))
        except SegcoreError as error:
            assert "50 megapixels" in str(error), error
        else:
            raise SystemExit("not refused")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_h08_400_megapixels_take_no_memory(tmp_path: Path) -> None:
    path = grey_png_of_zeros(tmp_path / "bomb.png", 20_000, 20_000)
    assert path.stat().st_size < 100_000
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_READ), str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 50_000


@pytest.mark.parametrize(("width", "fine"), [(10_000, True), (10_001, False)])
def test_h08_the_limit_is_50_megapixels(tmp_path: Path, width: int, fine: bool) -> None:
    path = grey_png_of_zeros(tmp_path / "a.png", width, 5_000)
    if fine:
        assert read_image(path).shape == (5_000, width, 3)
    else:
        with pytest.raises(InvalidImage, match="10001×5000"):
            read_image(path)
