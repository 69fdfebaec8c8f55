"""Whatever lies in the place of a file, doctor ends with findings; what it could not read never counts as passed."""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager

import pytest
import yaml

from doctor.catalogue import CHECKS
from doctor.examination import examine
from doctor.findings import Level, UnreadableError
from doctor.project_file import read_project
from doctor.repository import Repository
from doctor.text_files import read_text_file
from tests.doctor.clean_repository import BLEND, MDX21, files
from tests.mdx.test_cli import mdx

WEIGHT_FILES = {name for name in files() if name.startswith("models/weights/")}
READ_BY_GIT_ALONE = {".gitattributes", ".gitignore"}
NOT_READ_FOR_MDX21 = {"my_submission/user_config.py", "my_submission/aicrowd_wrapper.py"}
NEVER_IMPORTED = {"evaluator/__init__.py", "evaluator/music_demixing.py"}
"""The grader brings its own."""
NOT_RUN_BY_THE_GRADER = {"submit.sh"}
READ = set(files()) - WEIGHT_FILES - READ_BY_GIT_ALONE - NOT_READ_FOR_MDX21 - NEVER_IMPORTED - NOT_RUN_BY_THE_GRADER


def write_sparse(path):
    path.touch()
    os.truncate(path, 100_000_000)


NO_TEXT = {
    "Latin-1": lambda path: path.write_bytes(b"# \xfcber\n"),
    "zero bytes": lambda path: path.write_bytes(b"\0" * 200),
    "too large": write_sparse,
    "a folder": lambda path: path.mkdir(),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a pipe": os.mkfifo,
}
TEXTS = ("", "- [a\n\t: }{", "[" * 400, "a: 2021-13-45\n", "a: !!int x\n", "\n\n'", "\\\n", "<<: 5\n", "x" * 3000)
VALUES = (None, 5, float("inf"), [[]], {"a": {"b": [None]}}, "text", True)
ROW = yaml.safe_load(files()["models/manifest.yaml"])["models"][0]
STRUCTURED = {
    "aicrowd.json": MDX21,
    "my_submission/plan.yaml": {
        **yaml.safe_load(BLEND),
        "guard": {"limit": "kit", "margin": 0.1},
        "evidence": {"limit": "kit", "limit_share": 1.5},
        "device": "cpu",
    },
    "models/manifest.yaml": {"aliases": {"default": "small"}, "models": [ROW]},
    "environment.yml": {"dependencies": ["python=3.11", {"pip": ["torch"]}], "prefix": "x"},
}


@pytest.fixture
def examined(clone):
    """Return a function that examines the clone, without asking git again: that would take most of the time."""
    git = Repository(clone.path).git

    def look():
        repository = Repository(clone.path)
        repository.git = git
        repository.how_to_restore = str
        examination = examine(repository, CHECKS)
        assert not any("itself failed" in finding.finding for finding in examination.findings), examination.findings
        assert json.loads(json.dumps(examination.as_dict()))["passes"] is examination.passes
        return examination

    return look


@contextmanager
def replaced(path, make):
    """Put something in the place of a file for a while."""
    content = path.read_bytes()
    path.unlink()
    make(path)
    yield
    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_is_an_error_in_the_place_of_any_file_that_is_read(clone, examined, kind):
    for name in files():
        with replaced(clone.path / name, NO_TEXT[kind]):
            findings = examined().findings
        errors = {finding.subject for finding in findings if finding.level is Level.ERROR}
        assert name in errors or name not in READ, findings


def with_another_value(whole):
    """Yield copies of nested values, each with another value in the place of one."""
    yield from VALUES
    pairs = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, inner in pairs:
        for value in with_another_value(inner):
            changed = dict(whole) if isinstance(whole, dict) else list(whole)
            changed[key] = value
            yield changed


@pytest.mark.parametrize("name", STRUCTURED)
def test_no_value_of_another_kind_breaks_a_check(clone, examined, name):
    clone.remove("Dockerfile")
    for whole in with_another_value(STRUCTURED[name]):
        clone.write(name, json.dumps(whole) if name.endswith(".json") else yaml.safe_dump(whole))
        examined()


def test_no_text_breaks_a_check(clone, examined):
    for name in sorted(READ):
        with replaced(clone.path / name, lambda path: None):
            for text in TEXTS:
                clone.write(name, text)
                examined()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("project = 5", "'project' must be a table. Got 5"),
        ("[project]\ndependencies = 5", "'dependencies' must be a list of texts. Got 5"),
        ("[project]\ndependencies = [5]", "'dependencies' must be a list of texts. Got [5]"),
        ("[project]\nrequires-python = 3", "'requires-python' must be a text, such as '>=3.10'. Got 3"),
        ("a = " + "[" * 5000, "no valid TOML"),
    ],
)
def test_a_project_file_with_values_of_another_kind_is_refused_with_what_they_must_be(text, says):
    with pytest.raises(UnreadableError, match=re.escape(says)):
        read_project(text)


def test_what_nobody_reports_is_an_error_once_and_what_another_check_tells_is_not(clone, examined):
    clone.write(".dockerignore", b"\xff")
    (finding,) = examined().findings
    assert (finding.check, finding.subject, finding.finding) == (
        "weights-in-image",
        ".dockerignore",
        "It is no UTF-8 text.",
    )
    assert finding.why.startswith("Nobody knows then whether this holds: The plan's weights come into the image.")
    clone.write(".dockerignore", "")
    clone.change("my_submission/predictor.py", "from separation.plan import load_plan", "load_plan = str")
    clone.write("my_submission/plan.yaml", b"\xff")
    assert examined().passes


def test_a_file_that_may_not_be_opened_is_refused(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "run.sh").write_text("true\n")
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(UnreadableError, match="'run.sh': It cannot be read: Permission denied."):
        read_text_file(tmp_path, "run.sh")


def test_names_that_are_no_text_are_shown_all_the_same(clone):
    (clone.path / os.fsdecode(b"\xfcber.txt")).write_text("new")
    assert "warning \\xfcber.txt (dirty-tree)" in mdx("doctor", clone.path).stdout
