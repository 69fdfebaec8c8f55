"""Which file decides what is installed, and what is read out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.rehearsal.build_files import read_build_files
from evaluator.rehearsal.report import BuildError

ROOT = Path(__file__).parents[3]
DOCKERFILE = """
FROM python:3.12-slim
ENV TORCH_HOME=models "A=b c" HOME=/home/$USER CACHE=$HOME/c
ENV OLD form of it
# RUN pip install nothing
RUN apt-get update && apt-get install -y ffmpeg
RUN pip install --no-cache-dir torch==2.1 "numpy<2" \\
    # between
    && python3 -m pip install -r requirements.txt
"""
ENVIRONMENT = """
dependencies:
  - python=3.10
  - pip
  - ffmpeg
  - pip: [numpy==2.0, -r more.txt]
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files into a folder, and returns what a builder reads there."""

    def read(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        return read_build_files(tmp_path)

    return read


def test_a_dockerfile_rules_out_all_others(write):
    build = write(Dockerfile=DOCKERFILE, environment_yml=ENVIRONMENT, requirements_txt="scipy", postBuild="exit 1")
    assert (build.source, build.python, build.post_build) == ("Dockerfile", "3.12", False)
    assert build.installs == [["torch==2.1", "numpy<2"], ["-r", "requirements.txt"]]
    assert build.variables == {"TORCH_HOME": "models", "A": "b c", "OLD": "form of it"}
    assert build.not_rehearsed == [
        "FROM python:3.12-slim",
        "ENV CACHE=$HOME/c",
        "RUN apt-get update && apt-get install -y ffmpeg",
    ]


def test_another_base_image_says_nothing_of_python(write):
    build = write(Dockerfile="FROM nvidia/cuda:11.7.0-cudnn8-runtime-ubuntu18.04\nRUN pip3 install numpy\n")
    assert build.python is None
    assert build.installs == [["numpy"]]


def test_environment_yml_rules_out_requirements_txt_and_post_build_comes_on_top(write):
    build = write(environment_yml=ENVIRONMENT, requirements_txt="scipy", postBuild="true", apt_txt="# none\nsox\n")
    assert (build.source, build.python, build.post_build) == ("environment.yml", "3.10", True)
    assert build.installs == [["numpy==2.0", "-r", "more.txt"]]
    assert build.not_rehearsed == ["the conda package ffmpeg", "apt.txt: sox"]


def test_requirements_txt_stands_alone_with_the_python_of_runtime_txt(write):
    build = write(requirements_txt="scipy", runtime_txt="python-3.11\n")
    assert (build.source, build.python) == ("requirements.txt", "3.11")
    assert build.installs == [["--requirement", "requirements.txt"]]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "needs a Dockerfile, environment.yml or requirements.txt"),
        ({"environment_yml": "dependencies: [{pip: 3}]"}, "environment.yml must list `dependencies`"),
        ({"environment_yml": "dependencies: [{pip: numpy}]"}, "`pip` is no list"),
        ({"Dockerfile": 'FROM python:3.11\nENV NOTE="it is\n'}, "must close its quotation marks. Got 'NOTE"),
        ({"Dockerfile": 'FROM python:3.11\nRUN pip install "a\n'}, "must close its quotation marks"),
        ({"environment_yml": "a: ["}, "environment.yml must list `dependencies`"),
    ],
)
def test_files_that_say_nothing_are_refused(write, files, told):
    with pytest.raises(BuildError, match=told):
        write(**files)


def test_the_kits_own_dockerfile_is_read_whole():
    build = read_build_files(ROOT)
    assert (build.source, build.python) == ("Dockerfile", "3.11")
    assert build.installs == [["--requirement", "requirements-grader.txt"]]
