"""The command line. Every command takes `--json`: then stdout's last line is one JSON object.

Each room's commands stand in their own file beside this one and are attached here.
"""

from __future__ import annotations

import os
import sys
from functools import cache

import typer

from segcore.cli.report import report_error
from segcore.errors import SegcoreError, of_the_disk

app = typer.Typer(
    name="segcore",
    help="From a few labelled frames to a segmented video and a table of what is in it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; what fails says so in one line on stderr: exit code 2 for bad input, 1 for the rest."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow tells of every library it does not find
    _attach()
    try:
        app()
    except SegcoreError as error:
        report_error(error)
        sys.exit(2 if isinstance(error, (ValueError, LookupError)) else 1)
    except OSError as error:
        told = of_the_disk(error)
        if told is None:
            raise
        report_error(told)
        sys.exit(1)


@cache
def _attach() -> None:
    """Attach the commands of every room (imports are light: heavy libraries open when a command runs)."""
    from segcore.cli.bench import bench
    from segcore.cli.bin import app as bin_
    from segcore.cli.clean import clean
    from segcore.cli.collect import collect
    from segcore.cli.datasets import app as dataset
    from segcore.cli.demo import demo
    from segcore.cli.evaluate import evaluate
    from segcore.cli.export import export, import_run
    from segcore.cli.folds import folds
    from segcore.cli.info import info
    from segcore.cli.models import models
    from segcore.cli.requests import cancel, extend, stop
    from segcore.cli.results import app as results
    from segcore.cli.segment import segment
    from segcore.cli.training import train
    from segcore.cli.video_crew import segment_part

    app.add_typer(dataset)
    app.add_typer(results)
    app.add_typer(bin_)
    for command in (
        train,
        stop,
        cancel,
        extend,
        evaluate,
        folds,
        segment,
        collect,
        export,
        import_run,
        models,
        demo,
        bench,
        clean,
        info,
    ):
        app.command()(command)
    app.command(hidden=True)(segment_part)
