"""A browser without a window: it speaks Streamlit's protocol, so that a dozen of them cost nothing."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass
class Answer:
    """What a page sent until its script had ended: its texts, its exceptions, and seconds."""

    texts: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __contains__(self, words: str) -> bool:
        return any(words in text for text in self.texts)


class Client:
    """One session; a context manager.

    Args:
        url: of a dashboard.
        origin: what the browser says it came from; None: the dashboard itself.
        host: what the browser calls the dashboard; None: as in the address.
    """

    def __init__(self, url: str, origin: str | None = None, host: str | None = None) -> None:
        at = urlsplit(url)
        assert at.hostname
        assert at.port
        self._socket: ClientConnection = connect(
            f"ws://{host or at.netloc}/_stcore/stream",
            sock=socket.create_connection((at.hostname, at.port), timeout=20),
            origin=origin or f"http://{host or at.netloc}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=60,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def open(self, page: str, limit_s: float = 120.0, **params: str) -> Answer:
        """Open a page and take all that it sends until its script has ended.

        Raises:
            TimeoutError: it did not end within `limit_s` seconds.
        """
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = urlencode(params)
        began = time.monotonic()
        self._socket.send(ask.SerializeToString())
        answer = Answer()
        while True:
            told = ForwardMsg()
            data = self._socket.recv(timeout=limit_s - (time.monotonic() - began))
            assert isinstance(data, bytes)
            told.ParseFromString(data)
            kind = told.WhichOneof("type")
            if kind == "delta":
                _note(told, answer)
            elif kind == "script_finished":
                answer.seconds = time.monotonic() - began
                return answer


def _note(told: Any, answer: Answer) -> None:
    element = told.delta.new_element
    if element.WhichOneof("type") == "exception":
        answer.exceptions.append(element.exception.message or element.exception.type)
    answer.texts.append(str(element))
