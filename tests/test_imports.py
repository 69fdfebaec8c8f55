"""Imports go down only; the path from predict.py touches nothing of evaluator/ that the grader does not bring."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACT = {"evaluator.music_demixing"}
ALLOWED = {
    "audio": set(),
    "transforms": {"audio"},
    "models": {"audio", "transforms"},
    "separation": {"audio", "transforms", "models"},
    "my_submission": {"audio", "transforms", "models", "separation"},
    "evaluator": {"audio", "transforms", "models", "separation"},
    "studies": {"audio", "models"},
    "oracles": {"audio", "transforms", "models", "separation", "evaluator", "studies"},
    "training": {"audio", "transforms", "models", "separation", "evaluator"},
    "tuning": {"audio", "transforms", "models", "separation", "evaluator", "studies"},
    "doctor": {"audio", "transforms", "models", "separation"},
    "rehearsal": {"audio", "transforms", "models", "separation", "evaluator", "doctor"},
    "submission": {"audio", "doctor"},
    "mdx": {
        "audio",
        "transforms",
        "models",
        "separation",
        "my_submission",
        "evaluator",
        "oracles",
        "training",
        "studies",
        "tuning",
        "doctor",
        "rehearsal",
        "submission",
    },
    "benchmarks": {"audio", "transforms", "models", "separation", "my_submission", "evaluator", "oracles", "training"},
}
WITHIN_MODELS = {
    "files": {"models.errors", "models.manifest", "models.validation"},
    "parts": {"models.errors"},
}
TOP = {
    "predict.py": {"my_submission", "test", "audio", "models", "separation"},
    "test.py": {"my_submission", "evaluator", "audio", "models", "separation"},
    "score.py": {"evaluator"},
}
OURS = {*ALLOWED, "test", "tests", "predict", "score", "tools"}


def imported(path):
    """Every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_packages_below_it(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        ours = {name for name in imported(path) if name.split(".")[0] in OURS}
        astray = {name for name in ours if name.split(".")[0] not in ALLOWED[package] | {package}}
        if package == "my_submission":
            astray -= {name for name in astray if name in CONTRACT or name.rpartition(".")[0] in CONTRACT}
        assert not astray, f"{path.relative_to(ROOT)} imports {sorted(astray)}"


@pytest.mark.parametrize(("room", "below"), WITHIN_MODELS.items())
def test_what_families_of_models_share_knows_no_family(room, below):
    for path in sorted((ROOT / "models" / room).glob("*.py")):
        ours = {".".join(name.split(".")[:2]) for name in imported(path) if name.startswith("models.")}
        assert ours <= {*below, f"models.{room}"}, path.name


@pytest.mark.parametrize("script", sorted(TOP))
def test_a_script_at_the_root_imports_only_what_it_may(script):
    ours = {name.split(".")[0] for name in imported(ROOT / script)} & OURS
    assert ours <= TOP[script]


def test_predict_py_is_short_and_does_its_work_in_main():
    source = (ROOT / "predict.py").read_text()
    assert len(source.splitlines()) < 30
    kinds = [type(node) for node in ast.parse(source).body]
    assert set(kinds) <= {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.If}


def test_every_package_of_ours_has_a_rule():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "tools"}
    assert packages == set(ALLOWED)


def test_nothing_is_imported_with_a_star():
    for package in ALLOWED:
        for path in (ROOT / package).rglob("*.py"):
            assert not any(name.endswith(".*") for name in imported(path)), path
