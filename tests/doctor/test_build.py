"""The image is what the builder would make: one file decides, its lines are read as pip and conda read them."""

from __future__ import annotations

import pytest

from doctor.build import read_build
from doctor.dockerfile import read_dockerfile
from doctor.findings import UnreadableError
from doctor.ignore_rules import ignoring_rule
from doctor.requirement_lines import read_line, read_requirements


def build(files):
    return read_build(files.__contains__, files.__getitem__)


def versions(files):
    return {name: line.pinned_version for name, line in build(files).installed().items()}


ENVIRONMENT = "dependencies: [python=3.9.1, conda-forge::scipy=1.7, {pip: [a==2, -r requirements.txt]}]\n"


@pytest.mark.parametrize(
    ("dependency", "python"),
    [
        ("python=3.11", "3.11"),
        ("python==3.10.4", "3.10"),
        ("python<3.12", "3.11"),
        ("python>=3.8,<3.12", "3.11"),
        ("conda-forge::python>=3.9, <3.11", "3.10"),
        ("python", None),
        ("python>9", None),
    ],
)
def test_conda_takes_the_newest_python_that_is_allowed(dependency, python):
    assert build({"environment.yml": f"dependencies: ['{dependency}']\n"}).python == python


def test_a_dockerfile_beats_environment_yml_which_beats_requirements_txt():
    files = {"requirements.txt": "b==1\n", "environment.yml": ENVIRONMENT, "Dockerfile": "FROM python:3.11\n"}
    assert (build(files).source, versions(files)) == ("Dockerfile", {})
    del files["Dockerfile"]
    assert (build(files).source, build(files).python) == ("environment.yml", "3.9")
    assert versions(files) == {"scipy": "1.7", "a": "2", "b": "1"}
    del files["environment.yml"]
    assert (build(files).source, versions(files)) == ("requirements.txt", {"b": "1"})
    with pytest.raises(UnreadableError, match="None of Dockerfile, environment.yml, requirements.txt is there"):
        build({})


@pytest.mark.parametrize("dependency", ["{pip: torch}", "{pip: [5]}", "{pip: }", "{conda: [a]}", "5", "[a]", "null"])
def test_a_dependency_that_conda_cannot_read_is_refused_with_what_it_must_be(dependency):
    with pytest.raises(UnreadableError, match=r"must be a text, .* or 'pip:' with a list of texts. Got"):
        build({"environment.yml": f"dependencies: [python=3.11, {dependency}]\n"})


def test_a_dockerfile_installs_the_files_and_packages_of_its_commands():
    script = (
        "FROM python:3.12-slim AS base\nFROM base\nRUN pip install -c pins.txt -r /tmp/req.txt \\\n # why\n  d==4\n"
    )
    files = {"Dockerfile": script, "req.txt": "a\nb==2\n", "pins.txt": "a==1\nc==3\n"}
    assert versions(files) == {"a": "1", "b": "2", "d": "4"}
    assert (build(files).python, build(files).is_bare) == ("3.12", True)


def test_files_and_versions_are_those_that_the_dockerfile_copies_and_sets():
    script = "ARG TAG=3.11\nFROM python:$TAG\nARG A=2\nCOPY docker/req.txt /tmp/\n"
    script += "RUN cd /tmp && pip install -r req.txt a==$A\n"
    files = {"Dockerfile": script, "req.txt": "b==1\n", "docker/req.txt": "b==9\n"}
    assert (build(files).python, versions(files)) == ("3.11", {"b": "9", "a": "2"})


@pytest.mark.parametrize("line", ["RUN poetry install", "RUN pip install .", "RUN pip install -e ./kit[all]"])
def test_of_what_only_another_installer_knows_nothing_is_said(line):
    assert not build({"Dockerfile": f"FROM python:3.11\n{line}\n"}).is_bare


def test_the_packages_of_an_unknown_base_are_unknown():
    assert not build({"Dockerfile": "FROM pytorch/pytorch:2.1.0\n"}).is_bare


def test_markers_are_those_of_the_grader_not_of_this_machine():
    lines = "a==1 ; python_version < '3.9'\nb==1 ; sys_platform == 'darwin'\nc==1 ; platform_machine == 'x86_64'\n"
    assert versions({"requirements.txt": lines, "runtime.txt": "python-3.8.10"}) == {"a": "1", "c": "1"}


def test_requirement_files_include_others_without_end_or_complaint():
    files = {"x/a.txt": "-r b.txt\none==1 # why\n", "x/b.txt": "--requirement=a.txt\ntwo==2 --hash=sha256:00\n"}
    found = read_requirements("x/a.txt", files.__getitem__)
    assert {line.requirement.name for line in found if line.requirement} == {"one", "two"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Torch_Audio==2.1", ("torch-audio", "2.1", False, False)),
        ("a>=1,<2", ("a", None, False, False)),
        ("a==1.*", ("a", None, False, False)),
        ("a @ file:///home/me/a.whl", ("", None, True, False)),
        ("-e /home/me/a", ("", None, True, False)),
        ("../a", ("", None, True, False)),
        ("-e .", ("", None, False, True)),
        ("git+https://example.org/a.git", ("", None, False, False)),
    ],
)
def test_a_line_says_which_package_in_which_version_or_where_it_lies(text, facts):
    line = read_line("r.txt", 1, text)
    assert (line.name, line.pinned_version, line.is_elsewhere, line.is_project) == facts
    assert line.problem is None


def test_a_dockerfile_says_its_base_and_what_it_copies():
    text = (
        'from a/b:1 as x\nFROM --platform=linux/amd64 python:3.11-slim\nCOPY --from=x /y /z\nCOPY ["a b", "c", "/d"]\n'
    )
    dockerfile = read_dockerfile(f"{text}ADD --chown=1 e https://example.org/f $G ./\nCOPY <<EOF /x\n")
    assert dockerfile.base == "python:3.11-slim"
    assert dockerfile.copied()[:2] == ["a b", "c"]
    assert "e" in dockerfile.copied()
    assert {"/y", "https://example.org/f", "$G", "/d"}.isdisjoint(dockerfile.copied())


@pytest.mark.parametrize(
    ("path", "rules", "rule"),
    [
        ("models/weights/a.th", ["models/weights"], "models/weights"),
        ("models/weights/a.th", ["weights"], None),
        ("models/weights/a.th", ["**/weights/"], "**/weights/"),
        ("models/weights/a.th", ["**/*.th", "!models/weights/a.th"], None),
        ("models/weights/a.th", ["*", "!models"], None),
        ("models/weights/a.th", ["# *", "", "*.th", "models/*/?.th"], "models/*/?.th"),
        ("a.th", ["[ab].th"], "[ab].th"),
        ("a+b.th", ["a+b.t[^a-g]"], "a+b.t[^a-g]"),
        ("a.th", ["[z-a].th"], None),
    ],
)
def test_the_last_rule_of_dockerignore_that_fits_decides(path, rules, rule):
    assert ignoring_rule(path, rules) == rule
