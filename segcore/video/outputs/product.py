"""What a video job makes of one kind: how a chunk's part is written, and how the parts become the whole.

A new output is a module with a class as in `output.Output` and a function that gives its `Product`:

    def depth_video(info: VideoInfo) -> Product:
        return Product(lambda folder: DepthVideo(folder / "depth.mp4", info), joined("depth.mp4"))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segcore.video.outputs.output import Output

Join = Callable[[Sequence[Path], Path], tuple[Path, ...]]
"""(folders of the chunks, in order; folder for the files of the whole) → these files."""


@dataclass(frozen=True)
class Product:
    """One kind of output.

    Attributes:
        part: opens the output of one chunk, which writes its files into the given folder. It sees the chunk's frames
            alone, in order; what must see all of them in order keeps here what it needs for `join`.
        join: makes the files of the whole, which appear under their names when they are complete.
        long: `join` takes long and needs none of the other products: it runs in a thread beside theirs.
    """

    part: Callable[[Path], Output]
    join: Join
    long: bool = False


def by_name(
    name: str, how: Callable[[Sequence[Path], Path], None]
) -> Callable[[Sequence[Path], Path], tuple[Path, ...]]:
    """A `join` for files that have the same name in each chunk and in the whole.

    Args:
        name: of the file.
        how: makes the whole of the parts: (their paths, its path).
    """

    def join(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
        how([folder / name for folder in folders], out / name)
        return (out / name,)

    return join
