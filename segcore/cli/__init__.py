"""The command line. Every command takes `--json`: then stdout's last line is one JSON object.

Each room's commands stand in their own file beside this one and are attached here.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import cache
from typing import Annotated

import typer

from segcore import before_tensorflow, logs
from segcore.cli.report import console, report_error
from segcore.errors import SegcoreError, of_the_disk
from segcore.schema import ensure
from segcore.settings import Settings

_AS_IT_IS = ("doctor", "info", "backup", "restore", "upgrade")
"""Commands that look at a home of any version, or bring it up to date themselves."""
_log = logging.getLogger(__name__)

app = typer.Typer(
    name="segcore",
    help="From a few labelled frames to a segmented video and a table of what is in it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _begin(
    context: typer.Context,
    log_format: Annotated[
        str | None,
        typer.Option(metavar="json|text", envvar="SEGCORE_LOG_FORMAT", help="How SEGCORE_HOME/logs looks."),
    ] = None,
) -> None:
    """From a few labelled frames to a segmented video and a table of what is in it."""
    if log_format:
        os.environ["SEGCORE_LOG_FORMAT"] = log_format
    settings = Settings.from_env()
    if context.invoked_subcommand in _AS_IT_IS or {"-h", "--help"} & set(sys.argv):
        return
    upgraded = ensure(settings)
    logs.start(settings)
    if upgraded:
        told = " ".join(upgraded.done) + (f" The files as they were: {upgraded.kept}." if upgraded.kept else "")
        console.print(f"{settings.home} was brought up to date. {told}", highlight=False)
        _log.info("upgraded from version %d to %d. %s", upgraded.before, upgraded.after, told)


def main() -> None:
    """Run the command line; what fails says so in one line on stderr: exit code 2 for bad input, 1 for the rest."""
    before_tensorflow.set_defaults()
    _attach()
    try:
        app()
    except SegcoreError as error:
        _log.error("%s", error)
        report_error(error)
        sys.exit(2 if isinstance(error, (ValueError, LookupError)) else 1)
    except OSError as error:
        told = of_the_disk(error)
        if told is None:
            raise
        report_error(told)
        sys.exit(1)
    except Exception:
        _log.exception("a fault of segcore")
        raise


@cache
def _attach() -> None:
    """Attach the commands of every room (imports are light: heavy libraries open when a command runs)."""
    from segcore.cli.ask import ask
    from segcore.cli.backup import backup, restore
    from segcore.cli.bench import bench
    from segcore.cli.bin import app as bin_
    from segcore.cli.clean import clean
    from segcore.cli.collect import collect
    from segcore.cli.compare import compare
    from segcore.cli.datasets import app as dataset
    from segcore.cli.demo import demo
    from segcore.cli.doctor import doctor
    from segcore.cli.evaluate import evaluate
    from segcore.cli.export import export, import_run
    from segcore.cli.folds import folds
    from segcore.cli.info import info
    from segcore.cli.models import models
    from segcore.cli.quantize import quantize
    from segcore.cli.requests import cancel, extend, stop
    from segcore.cli.results import app as results
    from segcore.cli.segment import segment
    from segcore.cli.training import train
    from segcore.cli.upgrade import relocate, upgrade
    from segcore.cli.video_crew import segment_part
    from segcore.cli.write_report import report

    app.add_typer(dataset)
    app.add_typer(results)
    app.add_typer(bin_)
    results.command()(compare)
    for command in (
        train,
        stop,
        cancel,
        extend,
        evaluate,
        folds,
        segment,
        ask,
        collect,
        report,
        export,
        import_run,
        quantize,
        models,
        demo,
        bench,
        clean,
        info,
        doctor,
        backup,
        restore,
        upgrade,
        relocate,
    ):
        app.command()(command)
    app.command(hidden=True)(segment_part)
