"""Does the submission keep the contract of the grader's own files, which call it?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from audio.stems import MIXTURE, STEMS
from doctor.build import DOCKERFILE
from doctor.distributions import with_what_they_bring
from doctor.findings import MDX21_ONLY, SDX23_ONLY, Challenge, Fault, check, warning
from doctor.repository import RUN_SCRIPT, USER_CONFIG, Repository
from doctor.source_code import GRADERS_PACKAGE

_CONTRACT_MODULE = "evaluator.music_demixing"
_PREDICTION, _BASE_ENDING = "prediction", "Predictor"
_KEYWORDS = frozenset(f"{name}_file_path" for name in (MIXTURE, *STEMS))
_MODEL_CLASS, _WRAPPER = "MySeparationModel", "my_submission/aicrowd_wrapper.py"
_SEPARATE = "separate_music_file"
_GRADERS_PACKAGES = {
    Challenge.MDX21: ("aicrowd-api", "numpy", "soundfile"),
    Challenge.SDX23: ("numpy", "soundfile"),
}
_VARIABLES = (
    "AICROWD_IS_GRADING|INFERENCE_PER_MUSIC_TIMEOUT_SECONDS|INFERENCE_SETUP_TIMEOUT_SECONDS|TEST_DATASET_PATH"
    "|RESULTS_DATASET_PATH|PARTIAL_RUN_MUSIC_NAMES"
)
_SET_IN_SHELL = re.compile(rf"(?<![$\w{{])({_VARIABLES})=")
_SET_IN_IMAGE = re.compile(rf"\b({_VARIABLES})\b[= ]")


@check(
    "entry",
    "The grader's entry is there",
    why="There is nothing to run without it.",
)
def entry(repository: Repository) -> Iterator[Fault]:
    """Find a missing predict.py or user_config.py."""
    if not repository.has_file(repository.entry):
        yield Fault(repository.entry, "It is missing, or no file.", repository.how_to_restore(repository.entry))


@check(
    "prediction-keywords",
    "prediction() takes the grader's five keywords and no other",
    why="The grader calls it with five keywords: another required parameter, such as music_name, is a TypeError at the "
    "first song.",
    challenges=MDX21_ONLY,
)
def prediction_keywords(repository: Repository) -> Iterator[Fault]:
    """Find methods `prediction` that cannot be called so."""
    for file in repository.code.files:
        for method in _methods(file.tree, _PREDICTION):
            names, required = _parameters(method)
            odd = sorted(required - _KEYWORDS)
            missing = [] if method.args.kwarg else sorted(_KEYWORDS - names)
            if odd or missing:
                faults = [f"asks for {', '.join(odd)}"] if odd else []
                faults += [f"does not take {', '.join(missing)}"] if missing else []
                yield Fault(
                    f"{file.path}:{method.lineno}",
                    f"prediction() {' and '.join(faults)}.",
                    f"Write `def prediction(self, {', '.join(sorted(_KEYWORDS))})`.",
                )


@check(
    "predictor-init",
    "A predictor's __init__ calls that of its parent",
    why="The grader's own __init__ sets paths and limits: without it the run ends with an AttributeError.",
    challenges=MDX21_ONLY,
)
def predictor_init(repository: Repository) -> Iterator[Fault]:
    """Find methods `__init__` that leave the grader's out."""
    for file in repository.code.files:
        for method in _methods(file.tree, "__init__"):
            if "__init__" not in _methods_called(method):
                yield Fault(
                    f"{file.path}:{method.lineno}",
                    "__init__() does not call that of its parent.",
                    "Begin it with `super().__init__()`.",
                )


@check(
    "grader-packages",
    "The image holds the packages that the grader's own files import",
    why="The grader puts its evaluator or wrapper into your image: without these packages nothing runs.",
)
def grader_packages(repository: Repository) -> Iterator[Fault]:
    """Find packages that your code may not need and the grader's does."""
    build = repository.build
    held = with_what_they_bring(build.installed())
    for name in _GRADERS_PACKAGES[repository.challenge] if build.is_bare else ():
        if name not in held:
            yield Fault(name, f"{build.source} does not install it.", f"Add `{name}==VERSION` to what it installs.")


@check(
    "graders-files",
    "Nothing is imported from evaluator/ but the contract",
    why="The grader puts its own folder in the place of evaluator/: every other file of it is gone.",
    challenges=MDX21_ONLY,
)
def graders_files(repository: Repository) -> Iterator[Fault]:
    """Find imports of files that are not there at grading."""
    for file in repository.code.files:
        for one in file.imports:
            inside = one.module.split(".")[0] == GRADERS_PACKAGE and one.module != GRADERS_PACKAGE
            if inside and not one.module.startswith(_CONTRACT_MODULE):
                yield Fault(
                    f"{file.path}:{one.line}",
                    f"It imports {one.module}.",
                    "Move what it needs out of evaluator/, for example into my_submission/.",
                )


@check(
    "separation-model",
    "user_config.py has the class MySeparationModel",
    why="The challenge's wrapper imports it by this name.",
    challenges=SDX23_ONLY,
)
def separation_model(repository: Repository) -> Iterator[Fault]:
    """Find a user_config.py without the class, or a class that is no model."""
    file = repository.code.file(USER_CONFIG)
    if file is None:
        return
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and node.name == _MODEL_CLASS:
            yield from _faults_of_model(node)
            return
        if _MODEL_CLASS in _names_bound(node):
            return
    yield Fault(USER_CONFIG, f"It has no {_MODEL_CLASS}.", f"`from my_submission.my_model import X as {_MODEL_CLASS}`")


def _faults_of_model(model: ast.ClassDef) -> Iterator[Fault]:
    methods = {item.name: item for item in model.body if isinstance(item, ast.FunctionDef)}
    if _SEPARATE not in methods and not model.bases:
        yield Fault(USER_CONFIG, f"{_MODEL_CLASS} has no method {_SEPARATE}.", "Add it, as docs/submit.md says.")
    for name, arguments, call in ((_SEPARATE, 2, "an array and a sample rate"), ("__init__", 0, "nothing")):
        if name in methods and not _takes(methods[name], arguments):
            finding = f"The wrapper calls {name}() of {_MODEL_CLASS} with {call}, which it does not take."
            yield Fault(f"{USER_CONFIG}:{methods[name].lineno}", finding, "Give other parameters a default.")


@check(
    "wrapper",
    "The challenge's wrapper is there",
    why="SDX23 runs my_submission/aicrowd_wrapper.py of its starter kit.",
    challenges=SDX23_ONLY,
)
def wrapper(repository: Repository) -> Iterator[Fault]:
    """Find a repository that is not set up for SDX23."""
    if not repository.has(_WRAPPER):
        yield warning(_WRAPPER, "It is missing.", "Copy it from the starter kit of SDX23, as docs/submit.md says.")


@check(
    "grader-variables",
    "Nothing sets the grader's environment variables",
    why="AICROWD_IS_GRADING counts as true whatever its value, False too: the run then waits for a server for ever. "
    "The others replace the grader's paths and limits.",
    challenges=MDX21_ONLY,
)
def grader_variables(repository: Repository) -> Iterator[Fault]:
    """Find run.sh or Dockerfile setting what the grader sets."""
    script = repository.optional_text(RUN_SCRIPT).splitlines()
    lines = "\n".join(line for line in script if not line.lstrip().startswith("#"))
    found = [(RUN_SCRIPT, variable) for variable in _SET_IN_SHELL.findall(lines)]
    if repository.dockerfile is not None:
        settings = "\n".join(repository.dockerfile.texts("ENV"))
        found += [(DOCKERFILE, variable) for variable in _SET_IN_IMAGE.findall(settings)]
    for name, variable in dict.fromkeys(found):
        yield Fault(name, f"It sets {variable}.", f"Remove it from {name}.")


def _methods(tree: ast.Module, name: str) -> Iterator[ast.FunctionDef]:
    """Yield the methods of a name in classes that are made from a predictor."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith(_BASE_ENDING) for base in node.bases):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == name:
                    yield item


def _methods_called(function: ast.FunctionDef) -> set[str]:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {node.attr for node in called if isinstance(node, ast.Attribute)}


def _parameters(node: ast.FunctionDef) -> tuple[set[str], set[str]]:
    """Return the names of all parameters that may be keywords, and of those without a default."""
    arguments = node.args
    named = [argument.arg for argument in arguments.args][not arguments.posonlyargs :]
    required = set(named[: len(named) - len(arguments.defaults)])
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        named.append(argument.arg)
        required |= set() if default else {argument.arg}
    return set(named), required


def _takes(method: ast.FunctionDef, count: int) -> bool:
    """Tell whether a method may be called with so many arguments by position."""
    arguments = method.args
    named = len(arguments.posonlyargs) + len(arguments.args) - 1  # Without self.
    required = named - len(arguments.defaults)
    has_required_keyword = any(default is None for default in arguments.kw_defaults)
    return required <= count and (count <= named or arguments.vararg is not None) and not has_required_keyword


def _names_bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


CHECKS = (
    entry,
    prediction_keywords,
    predictor_init,
    grader_packages,
    graders_files,
    separation_model,
    wrapper,
    grader_variables,
)
