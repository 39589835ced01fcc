"""`segcore upgrade` and `segcore relocate`: a home of an older version, or one that was moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.errors import ConfigError
from segcore.settings import Settings


def upgrade(as_json: JsonFlag = False) -> None:
    """Bring SEGCORE_HOME and MLflow's tables up to date; what changes is kept in SEGCORE_HOME/backups before."""
    from segcore.backup.postgres import dump
    from segcore.runs.database import outdated, sqlite_file
    from segcore.runs.migration import upgrade_tables
    from segcore.schema import ensure, version_of
    from segcore.schema.version import keep

    settings = Settings.from_env()
    if not settings.home.is_dir():
        raise ConfigError(f"There is no home {settings.home}.", fix="Check SEGCORE_HOME.")
    done, kept = [], []
    if outdated(settings):
        file = sqlite_file(settings.tracking_uri)
        folder = keep(settings, "mlflow", [file] if file else [])
        if folder is None:
            folder = settings.home / "backups" / "mlflow"
            folder.mkdir(parents=True, exist_ok=True)
            dump(settings, folder / "postgresql.dump")
        upgrade_tables(settings)
        done.append("MLflow's tables are of the installed version.")
        kept.append(str(folder))
    made = ensure(settings)
    if made:
        done += made.done
        kept += [str(made.kept)] if made.kept else []
    version = version_of(settings.home)
    text = " ".join(done) or "Nothing had to be changed."
    where = f" As it was: {', '.join(kept)}." if kept else ""
    emit({"version": version, "done": done, "kept": kept}, as_json=as_json, text=f"{text} Version {version}.{where}")


def relocate(
    old: Annotated[Path, typer.Argument(help="Where SEGCORE_HOME was before it was moved.")], as_json: JsonFlag = False
) -> None:
    """After SEGCORE_HOME was moved: let its runs find their files and uploads again."""
    from segcore.runs.relocation import addresses, moved, readdress, repath

    settings = Settings.from_env()
    changes = moved(settings, addresses(settings, deleted=True))
    if changes:
        readdress(settings, changes)
    repathed = repath(settings, old.expanduser().absolute(), settings.home)
    text = f"{len(changes)} runs have new addresses, {repathed} name their uploads anew."
    emit({"runs": len(changes), "uploads": repathed}, as_json=as_json, text=text)
