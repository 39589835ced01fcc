"""What is written is read back: frames, times, sound, and nothing at all after an error."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from coded_films import Tone, film

from segcore.errors import VideoError
from segcore.video.audio import EncodedSound, sound_of
from segcore.video.reader import VideoReader, count_frames
from segcore.video.writer import VideoWriter

RATE = 44_100


def scene(number: int) -> np.ndarray:
    image = np.full((48, 64, 3), (200, 60, 30), np.uint8)
    image[10:30, number : number + 20] = (30, 60, 200)
    return image


def write(path: Path, frames: int = 25, **more: object) -> Path:
    with VideoWriter(path, 64, 48, fps=25, **more) as writer:  # type: ignore[arg-type]
        for number in range(frames):
            writer.write(scene(number))
    return path


def tone(seconds: float, channels: int = 1) -> np.ndarray:
    wave = 0.4 * np.sin(2 * np.pi * 440 * np.arange(int(RATE * seconds)) / RATE)
    return np.repeat(wave[:, None], channels, 1).astype(np.float32)


def loudness(path: Path) -> tuple[float, float]:
    """Seconds of sound, and its root mean square."""
    with av.open(str(path)) as container:
        parts = [f.to_ndarray().astype(np.float64) for f in container.decode(audio=0)]
        rate = container.streams.audio[0].codec_context.sample_rate
    samples = np.concatenate(parts, 1)
    scale = 1 if np.abs(samples).max() <= 2 else 32768
    return samples.shape[1] / rate, float(np.sqrt((samples / scale) ** 2).mean())


def test_round_trip_of_colours_and_facts(tmp_path: Path) -> None:
    with VideoReader(write(tmp_path / "a.mp4", crf=5)) as reader:
        frames = [f.image for f in reader]
        info = reader.info
    assert (info.width, info.height, info.frames, info.codec, info.has_audio) == (64, 48, 25, "h264", False)
    assert info.fps == pytest.approx(25)
    assert not info.variable_rate
    assert info.duration_s == pytest.approx(1.0)
    assert np.abs(frames[3].astype(int) - scene(3))[12:28, 8:20].max() < 12
    assert count_frames(tmp_path / "a.mp4") == 25


def test_it_starts_to_play_before_it_is_whole(tmp_path: Path) -> None:
    data = write(tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("base", [Fraction(1, 15360), Fraction(1, 90000), Fraction(1, 1000), Fraction(1001, 30000)])
def test_times_are_exact_in_any_time_base(tmp_path: Path, base: Fraction) -> None:
    ticks = [round(t / 1000 / base) for t in (0, 40, 85, 700, 2000)]
    with VideoWriter(tmp_path / "a.mp4", 64, 48, time_base=base, fps=3) as writer:
        for number, pts in enumerate(ticks):
            writer.write(scene(number), pts)
    with VideoReader(tmp_path / "a.mp4") as reader:
        assert [Fraction(f.pts) * reader.info.time_base for f in reader] == [t * base for t in ticks]
        assert reader.info.variable_rate


def test_samples_become_sound_of_the_right_length(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", sound=EncodedSound.of_samples(tone(1.0, 2), RATE))
    seconds, level = loudness(path)
    assert seconds == pytest.approx(1.0, abs=0.06)
    assert level > 0.1


def test_sound_that_an_mp4_may_hold_is_copied_bit_by_bit(tmp_path: Path) -> None:
    source = write(tmp_path / "a.mp4", sound=EncodedSound.of_samples(tone(1.0), RATE))
    sound = sound_of(source)
    assert sound is not None
    assert sound.how == "copied (aac)"
    copy = write(tmp_path / "b.mp4", sound=sound)

    def packets(path: Path) -> list[tuple[int | None, bytes]]:
        with av.open(str(path)) as container:
            return [(p.pts, bytes(p)) for p in container.demux(audio=0) if p.size]

    assert packets(copy) == packets(source)


def test_other_sound_is_encoded_anew(tmp_path: Path) -> None:
    source = tmp_path / "a.mkv"
    with av.open(str(source), "w") as output:
        video = output.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = output.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for number in range(25):
            output.mux(video.encode(av.VideoFrame.from_ndarray(scene(number), "rgb24")))
        samples = (tone(1.0).T * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        output.mux(audio.encode(frame))
        output.mux([*video.encode(None), *audio.encode(None)])
    sound = sound_of(source)
    assert sound is not None
    assert "pcm_s16le" in sound.how
    seconds, level = loudness(write(tmp_path / "b.mp4", sound=sound))
    assert seconds == pytest.approx(1.0, abs=0.06)
    assert level > 0.1


def test_a_part_has_the_sound_of_that_part(tmp_path: Path) -> None:
    source = write(tmp_path / "a.mp4", 50, sound=EncodedSound.of_samples(tone(2.0), RATE))
    part = write(tmp_path / "b.mp4", 12, sound=sound_of(source, start_s=1.0, end_s=1.5))
    assert loudness(part)[0] == pytest.approx(0.5, abs=0.06)


def test_mp3_that_an_mp4_may_not_hold_is_encoded_anew(tmp_path: Path) -> None:
    for rate, how in ((8000, "encoded"), (16_000, "copied")):
        source = film(tmp_path / f"{rate}.avi", range(5), time_base=Fraction(1, 25), tones=[Tone("libmp3lame", rate)])
        sound = sound_of(source)
        assert sound is not None
        assert sound.how.startswith(how)
        sound.close()


def test_a_silent_video_has_no_sound(tmp_path: Path) -> None:
    assert sound_of(write(tmp_path / "a.mp4")) is None


def test_an_error_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    old = write(tmp_path / "a.mp4").read_bytes()

    def fail() -> None:
        with VideoWriter(tmp_path / "a.mp4", 64, 48) as writer:
            writer.write(scene(0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == old


def test_wrong_frames_and_times_are_refused(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "b.mp4", 64, 48) as writer:
        writer.write(scene(0), 40)
        with pytest.raises(VideoError, match="after 40"):
            writer.write(scene(1), 40)
    with pytest.raises(VideoError, match=r"\(48, 64, 3\)"), VideoWriter(tmp_path / "a.mp4", 64, 48) as writer:
        writer.write(scene(0)[:20])
    with pytest.raises(VideoError, match="no frame"), VideoWriter(tmp_path / "a.mp4", 64, 48):
        pass


def test_a_part_is_read_from_the_right_frame(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", 100)
    with VideoReader(path, start_s=2.0, end_s=3.0) as reader:
        frames = list(reader)
        assert reader.expected_frames == 25
    assert [f.index for f in frames] == list(range(25))
    assert frames[0].time_s == pytest.approx(2.0)
    assert frames[-1].time_s == pytest.approx(2.96)
