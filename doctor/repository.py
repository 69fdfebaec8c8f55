"""A clone as the checks see it: each file and each fact is read once, when the first check asks for it.

Files are those on disk, so that what is not committed yet is examined too; the grader will see HEAD, and `git` says
where the two differ. Whatever is missing or broken raises `UnreadableError`, which names the file.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from audio import KitError
from doctor.build import DOCKERFILE, POST_BUILD, REQUIREMENTS, Build, read_build
from doctor.declaration_file import DECLARATION, Declaration, read_declaration
from doctor.dockerfile import Dockerfile, read_dockerfile
from doctor.findings import Challenge, UnreadableError
from doctor.git_facts import GitFacts, gather_git_facts
from doctor.planned_models import (
    WEIGHTS_FOLDER,
    NeededWeights,
    PlannedModel,
    needed_weights,
    planned_models,
    unknown_models,
)
from doctor.source_code import GradedCode, modules_of, walk_imports
from models.manifest import Manifest, load_manifest
from separation.plan import Plan, load_plan

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLAN, MANIFEST, PROJECT = "my_submission/plan.yaml", "models/manifest.yaml", "pyproject.toml"
PREDICT, USER_CONFIG, RUN_SCRIPT = "predict.py", "my_submission/user_config.py", "run.sh"
PLAN_READERS = frozenset({"separation.plan.load_plan", "separation.load_plan"})
"""What a submission imports where the plan is what runs."""
_SUBMISSION_FOLDER = "my_submission/"
_HIDEABLE_FOLDERS = (WEIGHTS_FOLDER, "my_submission")


class DoctorError(KitError):
    """There is nothing to examine."""


class Repository:
    """One clone."""

    def __init__(self, path: str | Path, challenge: Challenge | None = None) -> None:
        """Take the folder; nothing is read yet.

        Args:
            path: The clone.
            challenge: What it is to be submitted to; None for what aicrowd.json says.

        Raises:
            DoctorError: There is no such folder.
        """
        self.path = Path(path)
        self._challenge = challenge
        if not self.path.is_dir():
            raise DoctorError(f"The repository must be a folder. Got '{path}'. Name a clone of the kit.")

    @cached_property
    def challenge(self) -> Challenge:
        """What it is submitted to; MDX21 where nothing tells."""
        if self._challenge is not None:
            return self._challenge
        try:
            return self.declaration.challenge()
        except UnreadableError:
            return Challenge.MDX21

    def has(self, name: str) -> bool:
        """Tell whether there is a file or a folder of this name."""
        return (self.path / name).exists()

    def text(self, name: str) -> str:
        """Return a file's text, with its line ends as they are.

        Raises:
            UnreadableError: It is missing, or no UTF-8 text.
        """
        try:
            return (self.path / name).read_bytes().decode("utf-8-sig")
        except FileNotFoundError as error:
            raise UnreadableError(name, "It is missing.") from error
        except OSError as error:
            raise UnreadableError(name, f"It cannot be read: {error.strerror or error}.") from error
        except UnicodeDecodeError as error:
            raise UnreadableError(name, "It is no UTF-8 text.") from error

    def optional_text(self, name: str) -> str:
        """Return a file's text, or nothing where there is no such file.

        Raises:
            UnreadableError: It is there and cannot be read.
        """
        return self.text(name) if self.has(name) else ""

    @cached_property
    def declaration(self) -> Declaration:
        """What aicrowd.json holds."""
        return read_declaration(self.text(DECLARATION))

    @cached_property
    def manifest(self) -> Manifest:
        """The models of the repository."""
        try:
            # Past its cache: the file may have changed since the last look.
            return load_manifest.__wrapped__(self.path / MANIFEST)
        except (KitError, UnicodeDecodeError) as error:
            raise UnreadableError(MANIFEST, str(error)) from error

    @cached_property
    def plan(self) -> Plan:
        """What separates."""
        try:
            return load_plan(self.path / PLAN)
        except KitError as error:
            raise UnreadableError(PLAN, str(error)) from error

    @cached_property
    def known_plan(self) -> Plan:
        """The same, if every model of it has a row in the manifest."""
        unknown = unknown_models(self.plan, self.manifest)
        if unknown:
            raise UnreadableError(PLAN, f"It names models that are not in the manifest: {', '.join(unknown)}.")
        return self.plan

    @cached_property
    def running_plan(self) -> Plan:
        """The same, if the plan is what runs; a predictor of somebody's own is nothing that its models tell about."""
        if not self.runs_plan:
            raise UnreadableError(PLAN, "A predictor of your own runs in its place.")
        return self.known_plan

    @cached_property
    def models(self) -> tuple[PlannedModel, ...]:
        """Those that the plan runs, its draft among them."""
        return planned_models(self.running_plan, self.manifest)

    @cached_property
    def weights(self) -> tuple[NeededWeights, ...]:
        """The weight files that the plan's models load."""
        return needed_weights(self.path, self.running_plan, self.manifest)

    @cached_property
    def entry(self) -> str:
        """The file that the grader begins with."""
        return USER_CONFIG if self.challenge is Challenge.SDX23 else PREDICT

    @cached_property
    def runs_plan(self) -> bool:
        """Whether the entry leads to the plan; where that cannot be read, as the kit comes."""
        code = self._entry_code
        own = [file for file in code.files if file.path == self.entry or file.path.startswith(_SUBMISSION_FOLDER)]
        imported = {one.module for file in own for one in file.imports}
        return bool(code.problems) or not own or not imported.isdisjoint(PLAN_READERS)

    @cached_property
    def code(self) -> GradedCode:
        """What runs at grading."""
        try:
            modules = [module for model in self.models for module in modules_of(model.entry)]
        except UnreadableError:
            # The checks of the plan say why; what the entry imports by itself is worth a look all the same.
            return self._entry_code
        return walk_imports(self.path, [], modules, self._entry_code)

    @cached_property
    def _entry_code(self) -> GradedCode:
        return walk_imports(self.path, [self.entry])

    @cached_property
    def build(self) -> Build:
        """What the grader's image will hold."""
        return read_build(self.has, self.text)

    @cached_property
    def project(self) -> dict[str, Any]:
        """The table `project` of pyproject.toml; empty where there is none."""
        try:
            table = tomllib.loads(self.optional_text(PROJECT)).get("project", {})
        except tomllib.TOMLDecodeError as error:
            raise UnreadableError(PROJECT, f"It is no valid TOML: {error}.") from error
        return table if isinstance(table, dict) else {}

    @cached_property
    def dockerfile(self) -> Dockerfile | None:
        """The Dockerfile, where there is one."""
        return read_dockerfile(self.text(DOCKERFILE)) if self.has(DOCKERFILE) else None

    @cached_property
    def git(self) -> GitFacts:
        """What git knows."""
        folders = [self.path / name for name in _HIDEABLE_FOLDERS]
        inside = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        names = [path.relative_to(self.path).as_posix() for path in inside if "__pycache__" not in path.parts]
        named = (DECLARATION, PLAN, MANIFEST, PREDICT, RUN_SCRIPT, DOCKERFILE, REQUIREMENTS, POST_BUILD)
        return gather_git_facts(self.path, [*names, *filter(self.has, named)])

    def relative(self, path: Path) -> str:
        """Return a path as git writes it; one outside of the repository as it is."""
        # Links are not followed: git holds a link by its own path.
        try:
            return Path(os.path.abspath(path)).relative_to(os.path.abspath(self.path)).as_posix()
        except ValueError:
            return str(path)
