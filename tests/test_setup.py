"""The set-up files agree with each other: one source of versions, nothing that only one machine has."""

from __future__ import annotations

import importlib.metadata
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from setuptools import find_packages

from models.registry import model_entry
from separation.plan import load_plan
from tools.check_tree import lfs_files, tree_findings
from tools.lock import (
    GRADER_PYTHON,
    LOCK_FILES,
    PLATFORMS,
    PYTHON_VERSIONS,
    environment_yml,
    marker_environment,
    pins_for,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
UNPACKAGED = {"tests", "benchmarks", "tools"}
RESTRICTIVE = {"pedalboard", "aicrowd-api", "diffq"}
CELLS = [
    pytest.param(version, platform, id=f"{version}-{'-'.join(platform)}")
    for version, platform in itertools.product(PYTHON_VERSIONS, PLATFORMS)
]

needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="asks git; this tree is no repository")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pinned(name: str, python_version: str, platform: tuple[str, str]) -> dict[str, str]:
    pairs = [pin.split("==") for pin in pins_for(read(name).splitlines(), python_version, platform)]
    versions = {canonicalize_name(package): version for package, version in pairs}
    assert len(versions) == len(pairs), f"{name} pins a package twice"
    return versions


def unsatisfied(requirements: list[str], pins: dict[str, str], environment: dict[str, str]) -> list[str]:
    wanted = [Requirement(text) for text in requirements]
    return [
        str(requirement)
        for requirement in wanted
        if (requirement.marker is None or requirement.marker.evaluate(environment))
        and not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]


@pytest.mark.parametrize(("python_version", "platform"), CELLS)
@pytest.mark.parametrize(("name", "extra"), LOCK_FILES.items())
def test_pins_satisfy_pyproject(name, extra, python_version, platform):
    requirements = PROJECT["dependencies"] + (PROJECT["optional-dependencies"][extra] if extra else [])
    environment = marker_environment(python_version, platform)
    assert unsatisfied(requirements, pinned(name, python_version, platform), environment) == []


@pytest.mark.parametrize(("python_version", "platform"), CELLS)
def test_every_lock_file_holds_the_runtime_pins(python_version, platform):
    runtime = pinned("requirements.txt", python_version, platform).items()
    assert all(runtime <= pinned(name, python_version, platform).items() for name in LOCK_FILES)


def test_lock_files_hold_nothing_but_exact_pins():
    for name in LOCK_FILES:
        lines = [line for line in read(name).splitlines() if not line.lstrip().startswith("#")]
        assert [line for line in lines if not re.match(r"[A-Za-z0-9._-]+==[^\s;]+( ; \S.*)?$", line)] == []


def test_restrictive_packages_are_extras_that_a_user_never_gets():
    extras = PROJECT["optional-dependencies"]
    names = {extra: {canonicalize_name(Requirement(text).name) for text in extras[extra]} for extra in extras}
    assert set.union(*(names[extra] for extra in ("augmentation", "grader", "quantisation"))) == RESTRICTIVE
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = {canonicalize_name(Requirement(line).name) for line in read(name).splitlines() if "==" in line}
        assert not pins & RESTRICTIVE


def test_supported_pythons_are_the_same_everywhere():
    supported = SpecifierSet(PROJECT["requires-python"])
    candidates = [f"3.{minor}" for minor in range(6, 20)]
    assert [version for version in candidates if Version(version) in supported] == list(PYTHON_VERSIONS)
    prefix = "Programming Language :: Python :: "
    assert [line.removeprefix(prefix) for line in PROJECT["classifiers"] if prefix in line] == list(PYTHON_VERSIONS)
    script = read("tools/setup_environment.sh")
    assert f"python_range='{PROJECT['requires-python']}'" in script
    assert "(3, 10) <= sys.version_info[:2] < (3, 14)" in script


def test_pins_are_compiled_for_the_platforms_that_the_tests_cover():
    environments = PYPROJECT["tool"]["uv"]["environments"]
    newest = PYTHON_VERSIONS[-1].split(".")
    bound = f"{newest[0]}.{int(newest[1]) + 1}"
    assert environments == [
        f"sys_platform == '{system}' and platform_machine == '{machine}' and python_version < '{bound}'"
        for system, machine in PLATFORMS
    ]


def test_environment_yml_is_written_from_the_grading_pins():
    text = read("environment.yml")
    assert text == environment_yml(read("requirements-grader.txt").splitlines())
    python, pip, packages = yaml.safe_load(text)["dependencies"]
    assert (python, pip) == (f"python={GRADER_PYTHON}", "pip")
    assert f"torch=={pinned('requirements.txt', GRADER_PYTHON, PLATFORMS[0])['torch']}" in packages["pip"]


def test_dockerfile_builds_the_grading_environment():
    text = read("Dockerfile")
    assert f"FROM python:{GRADER_PYTHON}-slim\n" in text
    assert "ARG NB_USER=aicrowd\nARG NB_UID=1001\n" in text
    assert "pip install --requirement requirements-grader.txt" in text
    assert text.rstrip().endswith('CMD ["bash", "run.sh"]')
    assert "==" not in text, "versions belong into pyproject.toml"


def test_grader_runs_predict_py():
    commands = [line for line in read("run.sh").splitlines() if line and not line.startswith("#")]
    assert commands == ["set -e", "python predict.py"]


@pytest.mark.parametrize("name", ["apt.txt", ".ci/debian-packages.txt"])
def test_no_debian_package_repeats_what_a_wheel_brings(name):
    packages = {line.partition("#")[0].strip() for line in read(name).splitlines()} - {""}
    assert not packages & {"ffmpeg", "libsndfile1", "libsoxr0", "sox"}


def test_aicrowd_json_names_the_challenge():
    fields = json.loads(read("aicrowd.json"))
    assert fields["challenge_id"] == fields["grader_id"] == "evaluations-api-music-demixing"
    parts = load_plan(ROOT / "my_submission" / "plan.yaml").parts
    allowed = all("A" in model_entry(part.model).leaderboards for part in parts)
    assert fields["external_dataset_used"] is not allowed
    assert isinstance(fields["authors"], list)


def test_every_package_folder_is_listed_and_nothing_else():
    listed = set(PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"])
    folders = {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")} - UNPACKAGED
    found = find_packages(str(ROOT), include=sorted(listed))
    assert {name for name in found if "." not in name} == folders
    assert listed == {pattern for name in folders for pattern in (name, f"{name}.*")}


def test_package_data_covers_every_file_in_the_packages():
    globs = PYPROJECT["tool"]["setuptools"]["package-data"]
    for package in globs:
        folder = ROOT / package
        covered = {path for pattern in globs[package] for path in folder.glob(pattern)}
        others = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
        assert others <= covered


def test_command_line_reports_the_version_of_pyproject():
    try:
        installed = importlib.metadata.version(PROJECT["name"])
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the kit is not installed in this environment")
    assert installed == PROJECT["version"]
    assert PROJECT["scripts"] == {"mdx": "mdx.cli:main"}


def test_torch_and_torchaudio_import_together():
    import torch
    import torchaudio

    assert torchaudio.functional.amplitude_to_DB(torch.ones(1), 10.0, 1e-10, 0.0).item() == 0.0


def test_importing_every_package_imports_nothing_that_needs_ffmpeg():
    packages = {
        "audio",
        "doctor",
        "evaluator",
        "mdx",
        "models",
        "my_submission",
        "oracles",
        "separation",
        "submission",
        "training",
        "tuning",
    }
    code = f"""
import importlib, pkgutil, sys
for package in {sorted(packages)}:
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(module.__path__, package + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(*sorted({{"stempeg", "musdb", "museval"}} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""


@needs_git
def test_published_files_are_small_and_name_no_package_index():
    assert tree_findings(ROOT) == []


@needs_git
@pytest.mark.parametrize("suffix", ["th", "pth", "onnx", "ckpt", "pt", "bin", "safetensors"])
def test_git_ignores_no_weights(suffix):
    command = ["git", "check-ignore", "--no-index", f"models/weights/mine.{suffix}", f"my_submission/mine.{suffix}"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).stdout == b""


@needs_git
def test_git_lfs_holds_added_weights_but_not_the_default_ones_nor_audio():
    handed_over = [Path(f"models/weights/mine.{suffix}") for suffix in ("th", "pth", "onnx", "ckpt")]
    kept = [Path("models/weights/default.safetensors"), Path("tests/audio/tone.wav")]
    assert lfs_files(ROOT, handed_over + kept) == set(handed_over)
