"""Write plain folders: images/, masks/, dataset.yaml and the split's lists; nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from segcore.datasets.dataset import Dataset, read_labels
from segcore.datasets.formats import Progress
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.voc.writing import png
from segcore.datasets.manifest import write_description


class FoldersWriter:
    """Index masks of one channel, in the classes as they are now."""

    name = "folders"
    title = "Plain folders (images/ and masks/, dataset.yaml)"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write images as they are, masks with the class table applied, and the description."""
        with tempfile.TemporaryDirectory() as folder:
            write_description(Path(folder), dataset.classes, dataset.split, dataset.pairs)
            for file in sorted(Path(folder).iterdir()):
                sink.add_bytes(file.name, file.read_bytes())
        for done, pair in enumerate(dataset.pairs, 1):
            sink.add_file(f"images/{pair.stem}{pair.image.suffix}", pair.image)
            if pair.table:
                sink.add_bytes(f"masks/{pair.stem}.png", png(read_labels(pair)))
            else:
                sink.add_file(f"masks/{pair.stem}.png", pair.mask)
            if on_progress:
                on_progress(done, len(dataset.pairs))
