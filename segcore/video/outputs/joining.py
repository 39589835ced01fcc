"""Files of chunks become one file, in the order of the chunks: nothing is encoded anew.

Each function takes the parts and the path of the whole, which appears when it is complete.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import av
import pyarrow.parquet as pq
from av.container import InputContainer, OutputContainer

from segcore.errors import VideoError
from segcore.video.audio import Sound
from segcore.video.outputs.product import Join, by_name

_SOUND_AHEAD_S = 0.5
_CHECK_EVERY = 500


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A path to write to; the file has its name when the block ends without an error, else it is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def join_videos(
    parts: Sequence[Path], whole: Path, sound: Sound | None = None, check: Callable[[], None] = lambda: None
) -> None:
    """Videos of one encoder with one set of settings; frames keep the times that they have in the parts.

    Args:
        parts: at least one; each begins with a key frame.
        whole: its ending names the container.
        sound: is added.
        check: called now and then; an error that it raises ends the work.
    """
    with appearing(whole) as partial, closing(sound) if sound else nullcontext(), av.open(str(parts[0])) as first:
        template = first.streams.video[0]
        ticks = (template.time_base or 1).denominator
        options = {"movflags": "faststart", "movie_timescale": str(ticks)} if whole.suffix in (".mp4", ".mov") else {}
        with av.open(str(partial), "w", format=_format(whole), options=options) as output:
            stream = output.add_stream_from_template(template)
            stream.time_base = template.time_base
            stream.metadata.update(template.metadata)
            if sound:
                sound.attach(output)
            for number, packet in enumerate(_packets(first, parts[1:])):
                if number % _CHECK_EVERY == 0:
                    check()
                until_s = float((packet.pts or 0) * packet.time_base) + _SOUND_AHEAD_S
                packet.stream = stream
                output.mux(packet)
                if sound:
                    _add(output, sound, until_s)
            if sound:
                _add(output, sound, None)


def _add(output: OutputContainer, sound: Sound, until_s: float | None) -> None:
    for packet in sound.packets(until_s):
        output.mux_one(packet)


def _packets(first: InputContainer, others: Sequence[Path]) -> Iterator[av.Packet]:
    yield from _of_pictures(first)
    template = first.streams.video[0]
    for part in others:
        with av.open(str(part)) as opened:
            stream = opened.streams.video[0]
            same_setup = stream.codec_context.extradata == template.codec_context.extradata
            if not same_setup or stream.time_base != template.time_base:
                raise VideoError(f"{part.name}: two chunks were encoded differently.", fix="Start the job anew.")
            yield from _of_pictures(opened)


def _of_pictures(opened: InputContainer) -> Iterator[av.Packet]:
    return (packet for packet in opened.demux(opened.streams.video[0]) if packet.dts is not None)


def _format(path: Path) -> str:
    return {".mkv": "matroska"}.get(path.suffix, path.suffix.lstrip("."))


def join_tables(parts: Sequence[Path], whole: Path) -> None:
    """Parquet files of one schema, group of rows by group of rows."""
    schema = pq.read_schema(parts[0])
    with appearing(whole) as partial, pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for part in parts:
            with pq.ParquetFile(part) as opened:
                for number in range(opened.num_row_groups):
                    writer.write_table(opened.read_row_group(number))


def join_lines(parts: Sequence[Path], whole: Path) -> None:
    """CSV files with one head line each, which the whole has once."""
    with appearing(whole) as partial, partial.open("wb") as out:
        for number, part in enumerate(parts):
            with part.open("rb") as opened:
                head = opened.readline()
                if not number:
                    out.write(head)
                shutil.copyfileobj(opened, out, 1 << 20)


def join_zips(parts: Sequence[Path], whole: Path) -> None:
    """ZIPs whose entries are stored; of entries of one name the first is kept."""
    with appearing(whole) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as out:
        there: set[str] = set()
        for part in parts:
            with zipfile.ZipFile(part) as opened:
                for name in opened.namelist():
                    if name not in there:
                        there.add(name)
                        out.writestr(opened.getinfo(name), opened.read(name))


_WAYS: dict[str, Callable[[Sequence[Path], Path], None]] = {
    ".mp4": join_videos,
    ".mov": join_videos,
    ".mkv": join_videos,
    ".webm": join_videos,
    ".parquet": join_tables,
    ".csv": join_lines,
    ".zip": join_zips,
}


def joined(name: str) -> Join:
    """The `join` of a product whose chunks each hold a file of this name: by its ending, videos without sound."""
    return by_name(name, _WAYS[Path(name).suffix])
