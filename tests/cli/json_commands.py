"""Commands as scripts use them: their last line is JSON."""

from __future__ import annotations

import json
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from segcore import cli


def invoke(*arguments: str) -> Result:
    """Run a command with `--json` in this process."""
    cli._attach()
    return CliRunner().invoke(cli.app, [*arguments, "--json"])


def last_json(result: Result) -> dict[str, Any]:
    """What a command that went well says."""
    assert result.exception is None, result.exception
    return json.loads(result.stdout.strip().splitlines()[-1])
