"""Where things are and what is allowed, read from the environment (never from a page).

| variable | meaning | default |
|---|---|---|
| SEGCORE_HOME | datasets, runs, uploads | ./segcore-data |
| SEGCORE_TRACKING_URI | MLflow tracking URI | sqlite in SEGCORE_HOME |
| SEGCORE_ARTIFACT_URI | where a new experiment keeps artifacts | SEGCORE_HOME/artifacts |
| SEGCORE_SCHEDULER | tcp:// or tls:// address of a Dask scheduler | an embedded local cluster |
| SEGCORE_SLOTS | jobs that run at once in the embedded cluster | 1 |
| SEGCORE_LOG_FORMAT | json, or text for people who read logs themselves | json |
| SEGCORE_SERVER_FOLDERS | folders (separated by os.pathsep) whose files may be opened from the pages | none |
| SEGCORE_PEOPLE | the file that says who has which role | SEGCORE_HOME/people.toml |
| SEGCORE_ADMINS | e-mail addresses of admins beside those of that file, separated by commas | none |
| SEGCORE_OPEN | 1: no sign-in is asked for on any address of this machine | 0 |
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from segcore.errors import ConfigError


class Settings(BaseModel):
    """The configuration of one installation; immutable, cheap to make."""

    model_config = ConfigDict(frozen=True)

    home: Path
    tracking_uri: str
    artifact_uri: str
    scheduler: str | None = None
    slots: int = Field(default=1, ge=1, le=64)
    server_folders: tuple[Path, ...] = ()
    people_file: Path
    admins: tuple[str, ...] = ()
    open_to_all: bool = False
    log_format: Literal["json", "text"] = "json"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the variables above.

        Raises:
            ConfigError: a value is not usable; the message names the variable.
        """
        env = os.environ if environ is None else environ
        home = Path(env.get("SEGCORE_HOME") or "segcore-data").expanduser().absolute()
        scheduler = env.get("SEGCORE_SCHEDULER") or None
        if scheduler and not scheduler.startswith(("tcp://", "tls://")):
            raise ConfigError(
                f"SEGCORE_SCHEDULER: expected tcp://host:port or tls://host:port. Received: {scheduler!r}."
            )
        opened = (env.get("SEGCORE_OPEN") or "0").strip()
        if opened not in ("0", "1"):
            raise ConfigError(f"SEGCORE_OPEN: expected 0 or 1. Received: {opened!r}.")
        log_format = env.get("SEGCORE_LOG_FORMAT") or "json"
        if log_format not in ("json", "text"):
            raise ConfigError(f"SEGCORE_LOG_FORMAT: expected json or text. Received: {log_format!r}.")
        folders = [f for f in env.get("SEGCORE_SERVER_FOLDERS", "").split(os.pathsep) if f]
        try:
            return cls(
                home=home,
                tracking_uri=env.get("SEGCORE_TRACKING_URI") or f"sqlite:///{home / 'mlflow.db'}",
                artifact_uri=env.get("SEGCORE_ARTIFACT_URI") or (home / "artifacts").as_uri(),
                scheduler=scheduler,
                slots=int(env.get("SEGCORE_SLOTS") or 1),
                server_folders=tuple(Path(f).expanduser().resolve() for f in folders),
                people_file=Path(env.get("SEGCORE_PEOPLE") or home / "people.toml").expanduser().absolute(),
                admins=tuple(a.strip().lower() for a in env.get("SEGCORE_ADMINS", "").split(",") if a.strip()),
                open_to_all=opened == "1",
                log_format="text" if log_format == "text" else "json",
            )
        except (ValueError, ValidationError) as error:
            raise ConfigError(
                f"SEGCORE_SLOTS: expected a whole number from 1 to 64. Received: {env.get('SEGCORE_SLOTS')!r}."
            ) from error

    def environment(self) -> dict[str, str]:
        """The variables that make a child process see these very settings."""
        env = {
            "SEGCORE_HOME": str(self.home),
            "SEGCORE_TRACKING_URI": self.tracking_uri,
            "SEGCORE_ARTIFACT_URI": self.artifact_uri,
            "SEGCORE_SLOTS": str(self.slots),
            "SEGCORE_SERVER_FOLDERS": os.pathsep.join(map(str, self.server_folders)),
            "SEGCORE_PEOPLE": str(self.people_file),
            "SEGCORE_ADMINS": ",".join(self.admins),
            "SEGCORE_OPEN": str(int(self.open_to_all)),
            "SEGCORE_LOG_FORMAT": self.log_format,
        }
        return env | ({"SEGCORE_SCHEDULER": self.scheduler} if self.scheduler else {})

    @property
    def shown_tracking_uri(self) -> str:
        """The tracking URI as it may be shown: without a password."""
        return masked(self.tracking_uri)

    @property
    def logs_dir(self) -> Path:
        """Where the logs of dashboard, commands and jobs are."""
        return self.home / "logs"

    @property
    def datasets_dir(self) -> Path:
        """Where datasets live, one folder each."""
        return self.home / "datasets"

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files are copied to before they are used."""
        return self.home / "uploads"


def masked(text: str) -> str:
    """A text without the passwords that addresses in it hold: "postgresql://ada:***@db/runs"."""
    bare = re.sub(r"(://[^:/@\s]*):\S*@", r"\1:***@", text)
    return re.sub(r"([?&]password=)[^&\s]*", r"\1***", bare)
