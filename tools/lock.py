"""Compile the pinned requirement files and environment.yml from pyproject.toml.

`make lock` runs it. uv resolves every supported Python and platform at once and guards each pin with a marker
that spells all of them out; this script shortens those markers to what differs, so that a change of the files
can be reviewed. environment.yml repeats the grading image's pins for one Python on Linux, because some image
builders copy that file alone before they install from it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHON_VERSIONS = ("3.10", "3.11", "3.12", "3.13")
GRADER_PYTHON = "3.11"
GRADER_PLATFORM = ("linux", "x86_64")
# (sys_platform, platform_machine), as in [tool.uv] environments.
PLATFORMS = (GRADER_PLATFORM, ("linux", "aarch64"), ("darwin", "arm64"))
# Requirement file -> the optional dependencies that it adds to the runtime; the first constrains the others.
LOCK_FILES: dict[str, str | None] = {
    "requirements.txt": None,
    "requirements-dev.txt": "dev",
    "requirements-grader.txt": "grader",
}
HEADER = "# Compiled from pyproject.toml by `make lock`: edit that file, not this one.\n"

_PLATFORM_MARKERS = {
    frozenset(PLATFORMS): "",
    frozenset(platform for platform in PLATFORMS if platform[0] == "linux"): "sys_platform == 'linux'",
    frozenset(platform for platform in PLATFORMS if platform[1] != "aarch64"): "platform_machine != 'aarch64'",
    frozenset({("darwin", "arm64")}): "sys_platform == 'darwin'",
    frozenset({("linux", "x86_64")}): "sys_platform == 'linux' and platform_machine == 'x86_64'",
}


def marker_environment(python_version: str, platform: tuple[str, str]) -> dict[str, str]:
    """Return the marker variables of one Python version on one (sys_platform, platform_machine)."""
    sys_platform, machine = platform
    return {
        "python_version": python_version,
        "python_full_version": f"{python_version}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "platform_system": "Linux" if sys_platform == "linux" else "Darwin",
        "sys_platform": sys_platform,
        "platform_machine": machine,
        "extra": "",
    }


def _python_marker(versions: Sequence[str]) -> str:
    bounds = []
    if versions[0] != PYTHON_VERSIONS[0]:
        bounds.append(f"python_version >= '{versions[0]}'")
    if versions[-1] != PYTHON_VERSIONS[-1]:
        following = PYTHON_VERSIONS[PYTHON_VERSIONS.index(versions[-1]) + 1]
        bounds.append(f"python_version < '{following}'")
    return " and ".join(bounds)


def simplify_marker(text: str) -> str:
    """Return the shortest marker that equals `text` on every supported Python and platform.

    A marker that is no plain "these Pythons on these platforms" comes back unchanged.
    """
    marker = Marker(text)
    holds = {
        (version, platform)
        for version in PYTHON_VERSIONS
        for platform in PLATFORMS
        if marker.evaluate(marker_environment(version, platform))
    }
    versions = [version for version in PYTHON_VERSIONS if any(cell[0] == version for cell in holds)]
    platforms = frozenset(cell[1] for cell in holds)
    first = PYTHON_VERSIONS.index(versions[0]) if versions else 0
    contiguous = tuple(versions) == PYTHON_VERSIONS[first : first + len(versions)]
    is_product = len(holds) == len(versions) * len(platforms)
    if not holds or not contiguous or not is_product or platforms not in _PLATFORM_MARKERS:
        return text
    return " and ".join(part for part in (_python_marker(versions), _PLATFORM_MARKERS[platforms]) if part)


def simplify_line(line: str) -> str:
    """Return one line of a requirement file with its marker shortened; comments pass unchanged."""
    match = re.fullmatch(r"([^\s#;]+==[^\s;]+) ; (.+)", line)
    if match is None:
        return line
    marker = simplify_marker(match[2])
    return f"{match[1]} ; {marker}" if marker else match[1]


def pins_for(lines: Iterable[str], python_version: str, platform: tuple[str, str]) -> list[str]:
    """Return the `name==version` pins that hold for one Python on one platform, without their markers."""
    environment = marker_environment(python_version, platform)
    requirements = (Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return [
        f"{requirement.name}{requirement.specifier}"
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(environment)
    ]


def environment_yml(requirement_lines: Iterable[str]) -> str:
    """Return the text of environment.yml: the grading image's Python and every pin of the given file."""
    pins = "\n".join(f"      - {pin}" for pin in pins_for(requirement_lines, GRADER_PYTHON, GRADER_PLATFORM))
    return (
        "# Written by `make lock` from requirements-grader.txt: do not edit.\n"
        "# The challenge's builder reads this file only where there is no Dockerfile.\n"
        "name: music-demixing-kit\n"
        "channels:\n"
        "  - conda-forge\n"
        "dependencies:\n"
        f"  - python={GRADER_PYTHON}\n"
        "  - pip\n"
        "  - pip:\n"
        f"{pins}\n"
    )


def compile_file(name: str, extra: str | None, uv: str, extra_arguments: Sequence[str]) -> str:
    """Resolve one requirement file with uv and return its text.

    The file's present pins are kept where they still fit, unless `extra_arguments` holds `--upgrade`.
    Raises subprocess.CalledProcessError when uv finds no solution (uv has then printed why).
    """
    command = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        f"--python-version={PYTHON_VERSIONS[0]}",
    ]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet", *extra_arguments]
    if extra is not None:
        command += [f"--extra={extra}", "--constraint=requirements.txt"]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / name
        if (ROOT / name).exists():
            shutil.copyfile(ROOT / name, output)
        subprocess.run([*command, f"--output-file={output}"], cwd=ROOT, check=True)
        body = [simplify_line(line) for line in output.read_text(encoding="utf-8").splitlines()]
    return HEADER + "\n".join(body) + "\n"


def replace_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def find_uv() -> str:
    """Return the uv program that the set-up script uses: on the path, else the private copy in .uv."""
    return shutil.which("uv") or str(ROOT / ".uv/bin/uv")


def main() -> int:
    """Compile every file and return the exit status."""
    parser = argparse.ArgumentParser(description="Compile the pins from pyproject.toml.")
    parser.add_argument("--uv", default=find_uv(), help="the uv program to resolve with")
    parser.add_argument("--upgrade", action="store_true", help="take the newest version that fits")
    options = parser.parse_args()
    extra_arguments = ["--upgrade"] if options.upgrade else []
    for name, extra in LOCK_FILES.items():
        try:
            replace_text(ROOT / name, compile_file(name, extra, options.uv, extra_arguments))
        except subprocess.CalledProcessError as error:
            print(f"{name} was not compiled: uv ended with status {error.returncode}.", file=sys.stderr)
            return 1
    lines = (ROOT / "requirements-grader.txt").read_text(encoding="utf-8").splitlines()
    replace_text(ROOT / "environment.yml", environment_yml(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
