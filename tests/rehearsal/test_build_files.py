"""Which file decides what is installed, what is read out of it, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from doctor.build import running_python
from rehearsal.build_files import read_build_files
from rehearsal.report import BuildError

ROOT = Path(__file__).parents[2]
DOCKERFILE = """
FROM python:3.12-slim
ENV TORCH_HOME=models "A=b c" HOME=/home/$USER CACHE=$HOME/c
ENV OLD form of it
# RUN pip install nothing
COPY . .
RUN apt-get update && apt-get install -y ffmpeg
RUN pip install --no-cache-dir torch==2.1 "numpy<2" \\
    # between
    && python3 -m pip install -r requirements.txt
"""
FROM_CONDA = ["numpy==2.0 scipy ; python_version < '3.9' -r more.txt"]
FROM_INDEX = ["--index https://x.org a"]
ENVIRONMENT = """
dependencies:
  - python=3.10
  - pip
  - ffmpeg
  - python-dotenv
  - pip: [numpy==2.0, "scipy ; python_version < '3.9'", -r more.txt]
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files into a folder, and returns what a builder reads there."""

    def read(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return read_build_files(tmp_path)

    return read


@pytest.fixture
def installs(write, tmp_path):
    """Return a function: lines of a Dockerfile -> its installations, with paths from the repository."""
    files = {"requirements.txt": "scipy", "docker/pins.txt": "scipy==1.0", "kit/pyproject.toml": ""}

    def read(*lines):
        build = write({**files, "environment.yml": ENVIRONMENT, "Dockerfile": "\n".join(["FROM python:3.12", *lines])})
        return [" ".join(words).replace(f"{tmp_path}/", "").replace(str(tmp_path), ".") for words in build.installs]

    return read


def test_a_dockerfile_rules_out_all_others(write, tmp_path):
    others = {"environment.yml": ENVIRONMENT, "requirements.txt": "scipy", "postBuild": "exit 1"}
    build = write({"Dockerfile": DOCKERFILE, **others})
    assert (build.source, build.python, build.post_build) == ("Dockerfile", "3.12", False)
    assert build.installs == [["torch==2.1", "numpy<2"], ["-r", str(tmp_path / "requirements.txt")]]
    assert build.variables == {"TORCH_HOME": "models", "A": "b c", "OLD": "form of it"}
    assert build.not_rehearsed == [
        "FROM python:3.12-slim",
        "RUN apt-get update && apt-get install -y ffmpeg",
        "ENV CACHE=/home/$USER/c",
    ]
    assert build.not_followed == []


@pytest.mark.parametrize(
    ("lines", "installed"),
    [
        (["RUN --mount=type=cache,target=/cache/pip pip install numpy"], ["numpy"]),
        (["RUN python -m pip --no-cache-dir install numpy"], ["numpy"]),
        (["COPY requirements.txt /tmp/", "RUN pip install -r /tmp/requirements.txt"], ["-r requirements.txt"]),
        (["COPY requirements.txt /tmp", "RUN pip install -r /tmp/requirements.txt"], ["-r requirements.txt"]),
        (["COPY requirements.txt /r.txt", "RUN uv pip install --system -r /r.txt"], ["-r requirements.txt"]),
        (["ADD docker /d", "RUN cd /d && pip install -c pins.txt numpy"], ["-c docker/pins.txt numpy"]),
        (["WORKDIR /a", "WORKDIR b", "COPY docker/*.txt ./", "RUN pip install -rpins.txt"], ["-r docker/pins.txt"]),
        (["COPY . /app", "WORKDIR /app", "RUN pip install -e .[all] ./kit"], ["-e .[all] kit"]),
        (["RUN --mount=type=bind,source=docker/pins.txt,target=/p pip install -r /p"], ["-r docker/pins.txt"]),
        (["ARG V=2.1", "ENV W=${V}.0", "RUN pip install a==$W b==${X:-3}"], ["a==2.1.0 b==3"]),
        (['RUN ["pip", "install", "numpy<2"]'], ["numpy<2"]),
        (["RUN <<EOF", "set -e", "pip install a", "pip install b > /dev/null 2>&1", "EOF"], ["a", "b"]),
        (["RUN pip install --use-deprecated=legacy-resolver --ignore-requires-python a"], ["a"]),
        (["RUN pip install --user --timeout 9 --index https://x.org a"], FROM_INDEX),
        (["COPY kit /k", "RUN pip install -f /k --upgrade-strategy eager a"], ["-f kit a"]),
        (["COPY . .", "RUN mamba env update -n base -f environment.yml"], FROM_CONDA),
        (["COPY . .", "RUN conda env create"], FROM_CONDA),
        (['RUN ["/bin/bash", "-lc", "pip install a"]'], ["a"]),
        (["COPY . /app", "RUN cd /app/docker && bash -c 'pip install -r pins.txt'"], ["-r docker/pins.txt"]),
    ],
)
def test_a_dockerfile_is_followed_as_people_write_it(installs, lines, installed):
    assert installs(*lines) == installed


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("RUN pip install $PACKAGES", "`pip install $PACKAGES` was not run: only a shell in the image knows what"),
        ("RUN pip install -r /made.txt", "was not run: no COPY brings '/made.txt' into the image."),
        ("COPY . .\nRUN pip install -r secret.txt", "was not run: no COPY brings 'secret.txt' into the image."),
        ("RUN pip install --target /opt/x numpy", "was not run: it installs into '/opt/x'."),
        ("RUN poetry install", "`poetry install` was not run: uv stands in for `pip install` alone."),
        ("RUN ./install.sh", "`./install.sh` was not run"),
        ("RUN bash scripts/install all", "`bash scripts/install all` was not run"),
        ("RUN pip uninstall -y numpy", "`pip uninstall -y numpy` was not run"),
        ("RUN conda install -y numpy", "was not run: uv stands in for `pip install` alone."),
        (
            "FROM pytorch/pytorch:2.1",
            "The base image 'pytorch/pytorch:2.1' may bring packages",
        ),
    ],
)
def test_what_cannot_be_followed_is_told_and_not_left_out_in_silence(write, line, told):
    build = write({"Dockerfile": f"FROM python:3.11\n{line}\n", ".dockerignore": "s*.txt", "secret.txt": "numpy"})
    assert build.installs == []
    assert told in build.not_followed[0]


def test_environment_yml_that_installs_elsewhere_is_told_too(write):
    build = write({"environment.yml": "dependencies: [python=3.11, {pip: [--target /opt/x, numpy]}]\n"})
    assert build.installs == []
    assert build.not_followed == ["The pip packages of environment.yml were not installed: it installs into '/opt/x'."]


def test_another_base_image_says_nothing_of_python(write):
    build = write({"Dockerfile": "FROM nvidia/cuda:11.7.0-cudnn8-runtime-ubuntu18.04\nRUN pip3 install numpy\n"})
    assert build.python is None
    assert build.installs == [["numpy"]]


def test_stages_that_the_image_does_not_come_of_bring_nothing(write):
    build = write(
        {
            "Dockerfile": "FROM python:3.12 AS base\nRUN pip install numpy\nFROM python:3.11 AS test\n"
            "RUN pip install scipy\nFROM base\nRUN pip install soundfile\nCOPY --from=test /venv /venv\n"
        }
    )
    assert build.installs == [["numpy"], ["soundfile"]]
    assert build.python == "3.12"
    assert build.not_followed == ["What this brings is not here: COPY --from=test /venv /venv."]


@pytest.mark.parametrize("files", [{"Dockerfile": "FROM ubuntu:22.04\nRUN pip install a\n"}, {"requirements.txt": "a"}])
def test_a_python_that_no_file_names_is_told(write, files):
    build = write(files)
    assert build.python is None
    assert [told for told in build.not_followed if told.endswith(f"{running_python()} is taken.")]


@pytest.mark.parametrize("name", ["binder", ".binder"])
def test_a_folder_that_the_builder_reads_instead_is_refused(write, tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(BuildError, match=f"Got a folder '{name}/', which it reads in place of all of them"):
        write({"requirements.txt": "scipy"})


def test_environment_yml_rules_out_requirements_txt_and_post_build_comes_on_top(write, tmp_path):
    others = {"requirements.txt": "scipy", "postBuild": "true", "apt.txt": "# none\nsox\n", "more.txt": ""}
    build = write({"environment.yml": ENVIRONMENT, **others})
    assert (build.source, build.python, build.post_build) == ("environment.yml", "3.10", True)
    assert build.installs == [["numpy==2.0", "scipy ; python_version < '3.9'", "-r", str(tmp_path / "more.txt")]]
    assert build.not_rehearsed == ["the conda package ffmpeg", "the conda package python-dotenv", "apt.txt: sox"]
    assert build.not_followed == ["Packages of conda are not installed: ffmpeg, python-dotenv."]


def test_requirements_txt_stands_alone_with_the_python_of_runtime_txt(write, tmp_path):
    build = write({"requirements.txt": "scipy", "runtime.txt": "python-3.11\n"})
    assert (build.source, build.python) == ("requirements.txt", "3.11")
    assert build.installs == [["--requirement", str(tmp_path / "requirements.txt")]]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "needs a Dockerfile, environment.yml or requirements.txt"),
        ({"environment.yml": "name: kit"}, "'environment.yml': It must have a list under the key 'dependencies'"),
        ({"environment.yml": "a: ["}, "'environment.yml': It is no valid YAML"),
        ({"requirements.txt": "-r gone.txt"}, "'gone.txt': It is missing. Mend 'gone.txt'"),
        ({"Dockerfile": 'FROM python:3.11\nENV NOTE="it is\n'}, "must close its quotation marks. Got: NOTE"),
    ],
)
def test_files_that_say_nothing_are_refused(write, files, told):
    with pytest.raises(BuildError, match=told):
        write(files)


def test_the_kits_own_dockerfile_is_followed_whole():
    build = read_build_files(ROOT)
    assert (build.source, build.python) == ("Dockerfile", "3.11")
    assert build.installs == [["--requirement", str(ROOT / "requirements-grader.txt")]]
    assert build.not_followed == []
