"""Every key of the session's state, and what the address line says. Nothing else reads or writes them."""

from __future__ import annotations

import uuid
from typing import Any

import streamlit as st

_TRAIN_TOKEN = "train_token"
_SEGMENT_TOKEN = "segment_token"
_PRESET = "training_preset"
_NETWORK = "training_network"
_SAMPLE_START = "samples_start"
_NOTICE = "notice"
_COMPLAINT = "complaint"
_UPLOAD_ROUND = "upload_round"
_SEEK = "seek"
_MARKED = "marked_event"
_DRAWN = "drawn"
_PICKED = "picked_track"
_CORRECTED = "corrected_frame"
_QUESTION = "question"
SERVER_VIDEOS = "server_videos"
"""The key of the widget that chooses videos on the server."""


def param(name: str) -> str | None:
    """A query parameter of the address (?run=…), None where it is absent or empty."""
    return st.query_params.get(name) or None


def params(name: str) -> list[str]:
    """All values of a query parameter that may come several times (?run=a&run=b)."""
    return [value for value in st.query_params.get_all(name) if value]


def set_param(name: str, value: str | None) -> None:
    """Write a query parameter, or take it away."""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def train_token() -> str:
    """The idempotency key of the training form: clicks on one form make one run."""
    return str(st.session_state.setdefault(_TRAIN_TOKEN, uuid.uuid4().hex))


def new_train_token() -> None:
    """The form was left: the next one starts another run."""
    st.session_state.pop(_TRAIN_TOKEN, None)


def segment_token() -> str:
    """The idempotency key of the video form."""
    return str(st.session_state.setdefault(_SEGMENT_TOKEN, uuid.uuid4().hex))


def new_segment_token() -> None:
    """The form was left: the next one starts another run."""
    st.session_state.pop(_SEGMENT_TOKEN, None)


def preset(default: str = "fast") -> str:
    """The preset chosen in the training form."""
    return str(st.session_state.setdefault(_PRESET, default))


def choose_preset(name: str) -> None:
    """Choose a preset in the training form."""
    st.session_state[_PRESET] = name


def network(preset: str, default: str) -> str:
    """The network chosen for a preset in the training form."""
    return str(st.session_state.get(f"{_NETWORK}_{preset}", default))


def choose_network(preset: str, name: str) -> None:
    """Choose a network for a preset in the training form."""
    st.session_state[f"{_NETWORK}_{preset}"] = name


def sample_start(of: str) -> int:
    """The number of the first sample that is shown; 0 again where `of` (dataset, seed, count) is another."""
    held, start = st.session_state.get(_SAMPLE_START, ("", 0))
    return int(start) if held == of else 0


def set_sample_start(of: str, start: int) -> None:
    """Go on to later samples."""
    st.session_state[_SAMPLE_START] = (of, start)


def mirror(key: str, value: Any) -> str:
    """Make the widget `key`, drawn next, show `value`: what the address says, whatever it showed before."""
    st.session_state[key] = value
    return key


def held(key: str) -> Any:
    """What the widget `key` shows; for its callback."""
    return st.session_state.get(key)


def say(text: str) -> None:
    """Keep a short notice for the next drawing of any page (it survives a change of page)."""
    st.session_state[_NOTICE] = text


def take_notice() -> str | None:
    """The notice that is waiting, once."""
    notice = st.session_state.pop(_NOTICE, None)
    return None if notice is None else str(notice)


def complain(text: str) -> None:
    """Keep why a click brought nothing, for the drawing that follows it."""
    st.session_state[_COMPLAINT] = text


def take_complaint() -> str | None:
    """The complaint that is waiting, once."""
    complaint = st.session_state.pop(_COMPLAINT, None)
    return None if complaint is None else str(complaint)


def upload_key(name: str) -> str:
    """The key of a file uploader; it changes after `clear_upload`, which empties the uploader."""
    return f"upload_{name}_{st.session_state.get(_UPLOAD_ROUND, 0)}"


def clear_upload() -> None:
    """Empty the uploaders: their file was taken in."""
    st.session_state[_UPLOAD_ROUND] = st.session_state.get(_UPLOAD_ROUND, 0) + 1


def seek_to(of: str, time_s: float) -> None:
    """Let the player of `of` (a result) go to a time of its source; asked twice, it goes twice."""
    _, number = st.session_state.get(_SEEK, (None, 0))
    st.session_state[_SEEK] = ((of, time_s), number + 1)


def seek(of: str) -> tuple[str, float] | None:
    """Where the player of `of` was last sent: a name of this wish, and seconds."""
    asked, number = st.session_state.get(_SEEK, (None, 0))
    return (f"{of} {number}", asked[1]) if asked and asked[0] == of else None


def newly_marked(of: str, time_s: float) -> bool:
    """Whether this event of a result was not the one marked when last asked."""
    marked = st.session_state.setdefault(_MARKED, {})
    before, marked[of] = marked.get(of), time_s
    return bool(before != time_s)


def pick_track(of: str, track: int) -> None:
    """Let this track of a result stand out."""
    st.session_state[_PICKED] = (of, track)


def picked_track(of: str) -> int | None:
    """The track of a result that stands out; None: none."""
    held, track = st.session_state.get(_PICKED, ("", 0))
    return int(track) if held == of else None


def drawn(of: str) -> str | None:
    """The version of the drawing that was last kept from this browser for a result."""
    held, version, _ = st.session_state.get(_DRAWN, ("", "", 0))
    return str(version) if held == of else None


def drawn_edit(of: str) -> int:
    """The number of the change that was last heard of from this browser for a result."""
    held, _, edit = st.session_state.get(_DRAWN, ("", "", 0))
    return int(edit) if held == of else 0


def set_drawn(of: str, version: str, edit: int) -> None:
    """A change was heard of; the drawing is now of this version."""
    st.session_state[_DRAWN] = (of, version, edit)


def heard_correction(frame: str) -> tuple[int, str]:
    """The number of what was last saved of a frame from this browser, and why it was refused ("": it was kept)."""
    held, edit, refused = st.session_state.get(_CORRECTED, ("", 0, ""))
    return (int(edit), str(refused)) if held == frame else (0, "")


def hear_correction(frame: str, edit: int, refused: str = "") -> None:
    """Labels of a frame came from this browser; they were kept, or refused for a reason."""
    st.session_state[_CORRECTED] = (frame, edit, refused)


def question(of: str) -> str | None:
    """What was last asked of the tables of `of` (a result or a batch), as SQL."""
    asked = st.session_state.get(f"{_QUESTION}_{of}")
    return None if asked is None else str(asked)


def ask_question(of: str, sql: str) -> None:
    """Keep what is asked of the tables of `of`."""
    st.session_state[f"{_QUESTION}_{of}"] = sql


def choose_server_videos(paths: list[str]) -> None:
    """Choose these videos on the server; for a callback."""
    st.session_state[SERVER_VIDEOS] = paths
