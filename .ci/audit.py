#!/usr/bin/env python3
"""Reports known vulnerabilities of what is installed (pip-audit), and reviews what is depended on. It never fails.

`python .ci/audit.py`. What was looked at, with reasons, stands in .ci/reviewed.toml. Where the advisories cannot be had
(no network, a mirror without them) it says NOT CHECKED: silence would look like a clean bill.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

REVIEWED = Path(__file__).parent / "reviewed.toml"
LIMIT_S = 60
_CLASSIFIER = "License :: OSI Approved :: "


def main() -> None:
    reviewed = tomllib.loads(REVIEWED.read_text("utf-8"))
    for line in [*advisories(reviewed["advisories"]), *licences(reviewed["licences"])]:
        print(f"audit: {line}")


def advisories(known: dict[str, str]) -> list[str]:
    """Lines about known vulnerabilities of the installed packages."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--local",
        "--skip-editable",
        "--format=json",
        "--progress-spinner=off",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return [f"vulnerabilities NOT CHECKED: pip-audit gave no answer ({type(error).__name__})."]
    checked = [p for p in packages if "vulns" in p]
    lines = [told(p, v, known) for p in checked for v in p["vulns"]]
    if len(checked) < len(packages):
        left = len(packages) - len(checked)
        lines.append(
            f"vulnerabilities NOT CHECKED of {left} of {len(packages)} packages: the service does not know them."
        )
    if checked:
        lines.append(f"{len(checked)} packages checked, {sum(len(p['vulns']) for p in checked)} advisories.")
    return lines


def told(package: dict, found: dict, known: dict[str, str]) -> str:
    """One advisory: what, since when mended, or why it is accepted."""
    names = [found["id"], *found.get("aliases", [])]
    reason = next((known[name] for name in names if name in known), "")
    mended = ", ".join(found.get("fix_versions", [])) or "nowhere yet"
    verdict = f"accepted: {reason}" if reason else f"mended in {mended}"
    return f"{package['name']} {package['version']}: {' '.join(names)} – {verdict}"


def licences(reviewed: dict) -> list[str]:
    """Lines about packages whose licence nobody has looked at."""
    accepted = {name.lower() for name in reviewed["accepted"]}
    found = {d.metadata["Name"]: licence_of(d.metadata) for d in distributions()}
    odd = {
        name: said for name, said in found.items() if name not in reviewed["exceptions"] and not fits(said, accepted)
    }
    lines = [f"licence to look at: {name}: {said or 'not stated'}" for name, said in sorted(odd.items())]
    return [*lines, f"{len(found)} packages, {len(odd)} licences to look at."]


def licence_of(metadata: object) -> str:
    """The licence as metadata states it, in the newest way that it does."""
    get, get_all = metadata.get, metadata.get_all  # type: ignore[attr-defined]
    classifiers = [c.removeprefix(_CLASSIFIER) for c in get_all("Classifier") or [] if c.startswith(_CLASSIFIER)]
    text = str(get("License-Expression") or "; ".join(classifiers) or get("License") or "")
    return text.strip().splitlines()[0][:80] if text.strip() else ""


def fits(said: str, accepted: set[str]) -> bool:
    """Whether one side of each "or", and each part of every "and", is accepted."""
    sides = [re.split(r"\band\b|;|,|&", side) for side in re.split(r"\bor\b|/", said.lower())]
    return bool(said) and any(all(_part(part, accepted) for part in side if part.strip()) for side in sides)


def _part(part: str, accepted: set[str]) -> bool:
    plain = _plain(part.split(" with ")[0])
    return any(plain == name or plain.startswith((f"{name} 2", f"{name} 3")) for name in map(_plain, accepted))


def _plain(name: str) -> str:
    bare = re.sub(r"\b(license|licence|software|the|version)\b|\(.*?\)|[-()\"]", " ", name.lower())
    return " ".join(bare.split())


if __name__ == "__main__":
    main()
