"""What deploy/ says fits the code: files, ports, addresses, variables, options, and no secret in any of it."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pages.common.watching import PATH
from segcore import cli

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in (".service", ".timer"))
DOCKERFILES = (DEPLOY / "Dockerfile", DEPLOY / "Dockerfile.gpu")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text())
    return loaded


def known_variables() -> set[str]:
    """Every SEGCORE_ variable that the code reads."""
    sources = [*(ROOT / "segcore").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return {name for path in sources for name in re.findall(r"\bSEGCORE_[A-Z_]+", path.read_text("utf-8"))}


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda p: p.name)
def test_an_image_holds_files_that_there_are_and_runs_as_somebody_without_rights(file: Path) -> None:
    lines = file.read_text().splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / source).exists() for source in line.split()[1:-1]), line
    assert [line for line in lines if line.startswith("USER ")] == ["USER segcore"]
    text = file.read_text()
    (extras,) = re.findall(r'"\.\[([\w,]+)\]"', text)
    assert set(extras.split(",")) <= set(EXTRAS)
    (port,) = re.findall(r"EXPOSE (\d+)", text)
    assert f"http://127.0.0.1:{port}{PATH}'" in text
    variables = set(re.findall(r"\b(SEGCORE_\w+)=", text))
    assert variables == {"SEGCORE_HOME"}


def test_what_the_image_needs_is_not_kept_from_it() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    wanted = {
        s for f in DOCKERFILES for c in re.findall(r"^COPY (?!--)(.+) \S+$", f.read_text(), re.M) for s in c.split()
    }
    assert wanted <= set(let_in)
    assert not [name for name in let_in if "secret" in name]


def test_the_compose_file_holds_together() -> None:
    services = compose()["services"]
    assert {"dashboard", "scheduler", "worker", "postgres"} <= set(services)
    for name, service in services.items():
        assert "healthcheck" in service or name == "dashboard"  # its image brings one
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[other]
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose()["volumes"]
        for published in service.get("ports", ()):
            assert published.startswith("127.0.0.1:"), published
        variables = {v for v in service.get("environment", {}) if v.startswith("SEGCORE_")}
        assert variables <= known_variables()
    port = services["scheduler"]["command"][services["scheduler"]["command"].index("--port") + 1]
    scheduler = f"tcp://scheduler:{port}"
    assert services["dashboard"]["environment"]["SEGCORE_SCHEDULER"] == scheduler
    assert scheduler in services["worker"]["command"]
    assert services["dashboard"]["ports"] == ["127.0.0.1:8501:8501"]


def test_workers_with_a_gpu_are_those_of_the_compose_file_with_another_image() -> None:
    worker = compose("compose.gpu.yaml")["services"]["worker"]
    assert (DEPLOY / worker["build"]["context"] / worker["build"]["dockerfile"]).is_file()
    plain = compose()["services"]["worker"]["command"]
    assert [word.replace("GPU=1", "SLOT=1") for word in worker["command"]] == plain


def test_no_secret_stands_in_any_file() -> None:
    for path in (p for p in DEPLOY.rglob("*") if p.is_file()):
        for name, value in re.findall(r"(?im)^[ #]*(\w*password)[ ]*[:=][ ]*(.*)$", path.read_text()):
            assert not value or value.startswith("${") or value.startswith('"$('), f"{path.name}: {name}"
    for service in compose()["services"].values():
        assert not re.search(r"://[^/@\s]+:[^/@\s]+@", str(service))


def commands() -> Iterator[tuple[str, list[str]]]:
    for name in ("compose.yaml", "compose.gpu.yaml"):
        for service, settings in compose(name)["services"].items():
            if "command" in settings:
                yield f"{name}: {service}", settings["command"]
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.+)$", unit.read_text(), re.M):
            words = line.split()
            yield unit.name, [Path(words[0]).name, *words[1:]]


@pytest.mark.parametrize(("where", "words"), commands(), ids=lambda v: v if isinstance(v, str) else "")
def test_every_command_and_option_exists(where: str, words: list[str]) -> None:
    del where
    options = {word for word in words if word.startswith("--")}
    if words[0] == "dask":
        from distributed.cli import dask_scheduler, dask_worker

        command: click.Command = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}[words[1]]
        assert options <= {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    elif words[0] == "mlflow":
        from mlflow.cli import cli as mlflow

        assert options <= {name for p in mlflow.commands[words[1]].params for name in (*p.opts, *p.secondary_opts)}
    elif words[0] == "segcore":
        cli._attach()
        assert words[1] in {c.name or c.callback.__name__ for c in cli.app.registered_commands if c.callback}
    else:
        assert words == ["streamlit", "run", "app.py"]
        assert (ROOT / "app.py").is_file()


@pytest.mark.parametrize("unit", UNITS, ids=lambda p: p.name)
def test_units_are_sound(unit: Path) -> None:
    text = unit.read_text()
    assert set(re.findall(r"SEGCORE_[A-Z_]+", text)) <= known_variables()
    if "[Service]" in text:
        assert "User=segcore" in text
        assert "NoNewPrivileges=true" in text
    if shutil.which("systemd-analyze"):
        done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        faults = [line for line in done.stderr.splitlines() if unit.stem.rstrip("@") in line]
        assert [line for line in faults if "is not executable" not in line] == []  # it is not installed here


def test_variables_of_the_example_file_are_those_that_code_and_dask_read() -> None:
    text = (DEPLOY / "systemd" / "segcore.env").read_text()
    names = re.findall(r"^#?([A-Z_]+)=", text, re.M)
    assert {n for n in names if n.startswith("SEGCORE_")} <= known_variables()
    import dask
    import distributed  # its defaults are Dask's once it is open

    assert distributed
    for name in (n for n in names if n.startswith("DASK_")):
        key = name.removeprefix("DASK_").lower().replace("__", ".")
        assert dask.config.get(key, default="absent") != "absent", name


def test_the_script_makes_certificates_that_its_authority_vouches_for(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    script = DEPLOY / "make-certificates.sh"
    subprocess.run([script, tmp_path / "pem", "127.0.0.1", "gpu.example.org"], check=True, capture_output=True)
    subprocess.run([script, tmp_path / "pem", "later.example.org"], check=True, capture_output=True)
    for host in ("127.0.0.1", "gpu.example.org", "later.example.org"):
        pair = tmp_path / "pem" / f"{host}.pem", tmp_path / "pem" / f"{host}.key"
        assert pair[1].stat().st_mode & 0o077 == 0
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*pair)
        check = ["openssl", "verify", "-CAfile", tmp_path / "pem" / "ca.pem", pair[0]]
        assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    assert subprocess.run([script, tmp_path], capture_output=True, check=False).returncode == 2


def test_everything_in_deploy_is_in_its_document() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    for path in (p for p in DEPLOY.rglob("*") if p.is_file()):
        assert path.name in text, path.name
    assert PATH in text
