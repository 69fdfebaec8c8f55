"""Repositories that are broken in one way each: image, packages, code."""

from __future__ import annotations

import re

from tests.doctor.broken_submissions import (
    WARNING,
    Broken,
    append,
    both,
    change,
    declare_sdx23,
    remove,
    write,
)
from tests.doctor.clean_repository import PINS

PREDICTOR = "my_submission/predictor.py"
CONFIG = "my_submission/user_config.py"
GRADER = "requirements-grader.txt"
PIN_FILES = (GRADER, "requirements.txt", "environment.yml")
NO_DOCKERFILE = remove("Dockerfile")
SETUP = "        self.plan ="


def call(text):
    """A line at the beginning of prediction_setup()."""
    return change(PREDICTOR, SETUP, f"        {text}\n{SETUP}")


def first_line(text):
    return change(PREDICTOR, "import numpy as np\n", f"{text}\nimport numpy as np\n")


def pin_in(clone, name, package, version):
    """Another version of a package, in one file."""
    text = (clone.path / name).read_text()
    clone.write(name, re.sub(rf"\b{package}==[\w.]+", f"{package}=={version}", text))


IMAGES = {
    "nothing to build from": Broken(
        remove("Dockerfile", "environment.yml", "requirements.txt"), "build-files", "requirements.txt"
    ),
    "broken environment.yml": Broken(
        both(NO_DOCKERFILE, write("environment.yml", "dependencies: [\n")),
        "build-files",
        "environment.yml",
        says="valid YAML",
    ),
    "broken pyproject.toml": Broken(append("pyproject.toml", "[\n"), "project-file", "pyproject.toml"),
    "a binder folder": Broken(write("binder/apt.txt", ""), "binder-folder", "binder/"),
    "no base image": Broken(
        change("Dockerfile", "FROM python:3.11-slim\n", ""), "dockerfile", "Dockerfile", says="no FROM"
    ),
    "a base without a version": Broken(
        change("Dockerfile", "python:3.11-slim", "python"), "dockerfile", "Dockerfile", WARNING, "no version"
    ),
    "a file that is copied and not here": Broken(
        change("Dockerfile", "COPY apt.txt ", "COPY apt.txt setup.cfg "), "dockerfile", "Dockerfile", says="'setup.cfg'"
    ),
    "an image without the repository": Broken(
        change("Dockerfile", "COPY --chown=1001 . .\n", ""), "dockerfile", "Dockerfile", says="does not copy"
    ),
    "postBuild beside a Dockerfile": Broken(
        write("postBuild", "#!/bin/sh\ntrue\n"), "post-build-runs", "postBuild", WARNING
    ),
    "weights from a server": Broken(
        change("Dockerfile", 'CMD ["', 'RUN wget -q https://example.org/large.th\nCMD ["'),
        "build-fetches",
        "Dockerfile",
        WARNING,
        "wget -q https://example.org/large.th",
    ),
    "an old Python in the Dockerfile": Broken(
        change("Dockerfile", "python:3.11", "python:3.8"), "python-version", "Dockerfile", says="3.8"
    ),
    "an old Python for conda": Broken(
        both(NO_DOCKERFILE, change("environment.yml", "python=3.11", "python=3.7")), "python-version", "environment.yml"
    ),
    "an old Python in runtime.txt": Broken(
        both(remove("Dockerfile", "environment.yml"), write("runtime.txt", "python-3.8\n")),
        "python-version",
        "requirements.txt",
        says="3.8",
    ),
    "no Python": Broken(
        both(NO_DOCKERFILE, change("environment.yml", "- python=3.11\n", "")),
        "python-version",
        "environment.yml",
        WARNING,
    ),
    "a command in apt.txt": Broken(append("apt.txt", "apt install ffmpeg\n"), "apt", "apt.txt:2"),
    "the prefix of a machine": Broken(
        append("environment.yml", "prefix: /opt/conda\n"), "environment-file", "environment.yml", says="/opt/conda"
    ),
    "the build of a system": Broken(
        both(NO_DOCKERFILE, change("environment.yml", "- pip\n", "- pip=24.0=py311_0\n")),
        "environment-file",
        "environment.yml",
    ),
    "line ends of Windows": Broken(change("run.sh", "\n", "\r\n"), "line-ends", "run.sh"),
    "no run.sh": Broken(remove("run.sh"), "run-script", "run.sh", says="missing"),
    "run.sh is no program": Broken(
        lambda clone: (clone.path / "run.sh").chmod(0o644), "run-script-mode", "run.sh", WARNING
    ),
    "run.sh starts another file": Broken(
        change("run.sh", "predict.py", "main.py"), "run-script", "run.sh", says="'main.py'"
    ),
}

PACKAGES = {
    "a line that is no requirement": Broken(
        append(GRADER, "torch=1.9\n"), "requirement-lines", f"{GRADER}:6", says="torch=1.9"
    ),
    "a wheel of this machine": Broken(
        append(GRADER, "torch @ file:///opt/torch.whl\n"), "requirement-lines", f"{GRADER}:6", says="one machine"
    ),
    "a build of another index": Broken(
        append(GRADER, "torch==2.1.0+cu118\n"), "requirement-lines", f"{GRADER}:6", says="'+'"
    ),
    "requirements that are no text": Broken(
        write(GRADER, "numpy==1.0".encode("utf-16")), "build-files", GRADER, says="UTF-8"
    ),
    "a package without a version": Broken(append(GRADER, "scipy\n"), "pins", f"{GRADER}:6", WARNING, "scipy"),
    "two versions": Broken(append(GRADER, "scipy==1.0\nscipy==1.1\n"), "pins-once", "scipy", says="1.0"),
    "pins that exclude each other": Broken(
        both(*(lambda clone, name=name: pin_in(clone, name, "cffi", "0.9") for name in PIN_FILES)),
        "pins-together",
        "cffi",
        says="soundfile",
    ),
    "requirements.txt has no effect": Broken(
        append("requirements.txt", "scipy==1.0\n"), "pins-same", "scipy", WARNING, "leaves it out"
    ),
    "environment.yml beats requirements.txt": Broken(
        both(NO_DOCKERFILE, append("requirements.txt", "scipy==1.0\n")), "pins-same", "scipy", says="environment.yml"
    ),
    "postBuild undoes a pin": Broken(
        both(NO_DOCKERFILE, write("postBuild", "pip install 'numpy<1.0'\n")),
        "pins-undone",
        "postBuild",
        says="numpy<1.0",
    ),
    "the Dockerfile undoes a pin": Broken(
        change("Dockerfile", 'CMD ["', 'RUN pip install --upgrade numpy pip\nCMD ["'),
        "pins-undone",
        "Dockerfile",
        says="over numpy",
        also=("pins",),
    ),
    "postBuild upgrades": Broken(
        both(NO_DOCKERFILE, write("postBuild", "pip install -U numpy\n")), "pins-undone", "postBuild"
    ),
    "a dependency that is not locked": Broken(
        change("pyproject.toml", '"soundfile"', '"soundfile", "asteroid>=0.5"'), "pins-current", "asteroid"
    ),
}

CODE = {
    "no predict.py": Broken(remove("predict.py"), "entry", "predict.py", also=("run-script",)),
    "no user_config.py": Broken(both(declare_sdx23(), remove(CONFIG)), "entry", CONFIG),
    "prediction asks for music_name": Broken(
        change(PREDICTOR, "self, mixture_file_path", "self, music_name, mixture_file_path"),
        "prediction-keywords",
        f"{PREDICTOR}:12",
        says="music_name",
    ),
    "prediction lacks a keyword": Broken(
        change(PREDICTOR, "self, mixture_file_path", "self, mixture_path"),
        "prediction-keywords",
        f"{PREDICTOR}:12",
        says="does not take mixture_file_path",
    ),
    "no __init__ of the grader's": Broken(
        change(
            PREDICTOR, "    def prediction_setup", f"    def __init__(self):\n{SETUP} 1\n\n    def prediction_setup"
        ),
        "predictor-init",
        f"{PREDICTOR}:9",
    ),
    "no package of the grader's": Broken(
        both(*(change(name, "aicrowd-api==0.1.25", PINS[0]) for name in PIN_FILES)),
        "grader-packages",
        "aicrowd-api",
    ),
    "a file of evaluator/": Broken(
        first_line("from evaluator import metrics"), "graders-files", f"{PREDICTOR}:1", says="evaluator.metrics"
    ),
    "no MySeparationModel": Broken(
        both(declare_sdx23(), change(CONFIG, "class MySeparationModel", "class MyModel")), "separation-model", CONFIG
    ),
    "a model without its method": Broken(
        both(declare_sdx23(), change(CONFIG, "def separate_music_file", "def separate")), "separation-model", CONFIG
    ),
    "a model that asks for more": Broken(
        both(declare_sdx23(), change(CONFIG, "mixed_sound_array, sample_rate", "array, sample_rate, device")),
        "separation-model",
        f"{CONFIG}:5",
        says="with an array and a sample rate",
    ),
    "a model that is built with a setting": Broken(
        both(
            declare_sdx23(), change(CONFIG, "    def sep", "    def __init__(self, *, a):\n        pass\n\n    def sep")
        ),
        "separation-model",
        f"{CONFIG}:5",
        says="with nothing",
    ),
    "no wrapper": Broken(
        both(declare_sdx23(), remove("my_submission/aicrowd_wrapper.py")),
        "wrapper",
        "my_submission/aicrowd_wrapper.py",
        WARNING,
    ),
    "AICROWD_IS_GRADING is set": Broken(
        change("run.sh", "python", "AICROWD_IS_GRADING=False python"), "grader-variables", "run.sh"
    ),
    "an error of syntax": Broken(append(PREDICTOR, "def\n"), "syntax", PREDICTOR, says="SyntaxError"),
    "a module that is not there": Broken(
        first_line("from my_submission.modle import Model"),
        "own-modules",
        "my_submission.modle",
        says=f"{PREDICTOR}:1 imports it, and my_submission/modle.py is not here",
    ),
    "a module that is gone": Broken(
        remove("separation/plan.py"), "own-modules", "separation.plan", is_committed=False, also=("dirty-tree",)
    ),
    "a package that the image lacks": Broken(first_line("import torch"), "imports", "torch", says=f"{PREDICTOR}:1"),
    "a package that nobody knows": Broken(first_line("import asteroid"), "imports", "asteroid", WARNING),
    "torch.hub": Broken(
        call("import torch.hub as hub; hub.load('sigsep/open-unmix-pytorch', 'umxl')"),
        "network-calls",
        f"{PREDICTOR}:10",
        says="torch.hub.load",
    ),
    "a pretrained model": Broken(
        call("from transformers import AutoModel; AutoModel.from_pretrained('a/b')"),
        "network-calls",
        f"{PREDICTOR}:10",
    ),
    "curl at run time": Broken(
        call("import os; os.system('curl -O https://example.org/w.th')"), "network-calls", f"{PREDICTOR}:10"
    ),
    "CUDA whatever happens": Broken(
        call("import torch; torch.device('cuda')"), "cuda-calls", f"{PREDICTOR}:10", says="torch.device"
    ),
    "a model that is moved to CUDA": Broken(call("self.model = Model().cuda()"), "cuda-calls", f"{PREDICTOR}:10"),
    "weights mapped to CUDA": Broken(
        both(declare_sdx23(), append(CONFIG, "\nload_plan('x', map_location='cuda:0')\n")),
        "cuda-calls",
        f"{CONFIG}:8",
    ),
    "a home folder": Broken(
        call("folder = '/home/me/weights'"), "machine-paths", f"{PREDICTOR}:10", WARNING, "/home/me/weights"
    ),
    "an alarm": Broken(call("import signal; signal.alarm(10)"), "alarm-signal", f"{PREDICTOR}:10", WARNING),
}


SURROUNDINGS = {**IMAGES, **PACKAGES, **CODE}
