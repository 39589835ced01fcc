"""Structured logs: one JSON object a line, in SEGCORE_HOME/logs, written by every process of an installation.

Modules log as Python does, `logging.getLogger(__name__)`; `extra={"run": …, "job": …, "user": …}` says what a line is
about, `about` says it for a whole process. Whoever signed in and acts is the line's user, without being named.
Passwords in addresses are masked. A file that is full makes room for a new one; the last five are kept.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path

from segcore.access import by_sign_in, current
from segcore.errors import SegcoreError
from segcore.settings import Settings, masked

FILE = "segcore.log"
LARGEST = 10_000_000
"""Bytes of a file before the next one is begun."""
KEPT = 5
SUBJECTS = ("run", "job", "user")
"""What a line may be about."""

_ABOUT: dict[str, str] = {}
logging.getLogger("segcore").addHandler(logging.NullHandler())  # before `start`, nothing goes to stderr by itself


def about(**subjects: str | None) -> None:
    """Say what the lines of this process are about from now on; None: no longer."""
    for name, value in subjects.items():
        _ABOUT.pop(name, None)
        if value:
            _ABOUT[name] = value


def _whoever_acts() -> str:
    """Who signed in and asks for what is logged; "" where nobody did: the installation itself, its jobs, its users
    without a sign-in."""
    try:
        return by_sign_in(current().email)
    except SegcoreError:  # people.toml is damaged, which is told elsewhere; the line must not be lost
        return ""


class Lines(logging.Formatter):
    """A record as a line of JSON, or of text for people; always one line in JSON, whatever the message holds."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._json = kind == "json"

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{moment}.{int(record.msecs):03d}Z", "level": record.levelname.lower(), "logger": record.name}
        line |= {name: value for name in SUBJECTS if (value := getattr(record, name, None) or _ABOUT.get(name))}
        line |= {"user": user} if (user := _whoever_acts()) else {}
        line |= {"message": masked(record.getMessage()), "process": str(record.process)}
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        if self._json:
            return json.dumps(line, ensure_ascii=False, default=str)
        subjects = "".join(f" {name}={line[name]}" for name in SUBJECTS if name in line)
        text = f"{line['time']} {line['level']:7} {line['logger']}{subjects}: {line['message']}"
        return f"{text}\n{line['trace']}" if "trace" in line else text


class SharedFile(WatchedFileHandler):
    """A file that several processes append to; whoever finds it full renames it, the others notice.

    Each line is written by one call in append mode, so lines do not mix. What cannot be written (a full disk) is told
    once on stderr: no work ends because of its log.
    """

    def __init__(self, path: Path, largest: int = LARGEST, kept: int = KEPT) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self._largest, self._kept, self._told = largest, kept, False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, into a new file where the old one is full."""
        try:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # another process turned the file just now
                self._make_room()
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is Python's
        """Tell it once."""
        if not self._told:
            self._told = True
            print(f"segcore: the log {self.baseFilename} cannot be written: {sys.exc_info()[1]}", file=sys.stderr)
        del record

    def _make_room(self) -> None:
        path = Path(self.baseFilename)
        if not path.exists() or path.stat().st_size < self._largest:
            return
        claim = path.with_name(f"{path.name}.turning")
        try:
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
        except FileExistsError:  # another process does it; where it was killed at that, the next one may
            if time.time() - claim.stat().st_mtime > 60:
                claim.unlink(missing_ok=True)
            return
        try:
            if path.stat().st_size >= self._largest:
                for number in range(self._kept - 1, 0, -1):
                    older = path.with_name(f"{path.name}.{number}")
                    if older.exists():
                        older.replace(path.with_name(f"{path.name}.{number + 1}"))
                path.replace(path.with_name(f"{path.name}.1"))
        finally:
            claim.unlink(missing_ok=True)


def start(settings: Settings, *, on_stderr: bool = False) -> None:
    """Log what this process does from now on; a second call takes the place of the first.

    Args:
        settings: where to, and how lines look.
        on_stderr: there too, for a service whose output is collected (systemd, a container).
    """
    root = logging.getLogger()
    for handler in [h for h in root.handlers if getattr(h, "of_segcore", False)]:
        root.removeHandler(handler)
        handler.close()
    handlers: list[logging.Handler] = [SharedFile(settings.logs_dir / FILE)]
    if on_stderr:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.of_segcore = True  # type: ignore[attr-defined]
        handler.setFormatter(Lines(settings.log_format))
        root.addHandler(handler)
    logging.getLogger("segcore").setLevel(logging.INFO)
