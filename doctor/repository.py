"""A clone as the checks see it: each file and each fact is read once, when the first check asks for it.

Files are those on disk, so that what is not committed yet is examined too; the grader will see HEAD, and `git` says
where the two differ. Whatever is missing or broken raises `UnreadableError`, which names the file.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from audio import KitError
from doctor.addresses import host_of
from doctor.build import DOCKERFILE, Build, read_build
from doctor.declaration_file import DECLARATION, Declaration, read_declaration
from doctor.dockerfile import Dockerfile, read_dockerfile
from doctor.findings import SERVER, Challenge, ToldElsewhereError, UnreadableError
from doctor.git_facts import GitFacts, gather_git_facts
from doctor.large_history import LargeHistory, find_large_history
from doctor.planned_models import (
    WEIGHTS_FOLDER,
    NeededWeights,
    PlannedModel,
    needed_weights,
    planned_models,
    unknown_models,
)
from doctor.project_file import PROJECT, Project, read_project
from doctor.restoring import how_to_restore
from doctor.source_code import GradedCode, modules_of, walk_imports
from doctor.text_files import read_text_file, refuse_odd_file
from models.manifest import Manifest, load_manifest
from separation.plan import Plan, load_plan

PLAN, MANIFEST = "my_submission/plan.yaml", "models/manifest.yaml"
PREDICT, USER_CONFIG, RUN_SCRIPT = "predict.py", "my_submission/user_config.py", "run.sh"
PLAN_READERS = frozenset({"separation.plan.load_plan", "separation.load_plan"})
"""What a submission imports where the plan is what runs."""
LARGE_BYTES = 5 * 1024**2
"""Above this the challenge's own scripts hand files to git-lfs."""
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
        """Tell whether there is anything of this name; a link that leads nowhere is, too, for somebody put it there."""
        return os.path.lexists(self.path / name)

    def has_file(self, name: str) -> bool:
        """Tell whether there is a file of this name, or a link to one."""
        return os.path.isfile(self.path / name)

    def text(self, name: str) -> str:
        """Return a file's text, with its line ends as they are.

        Raises:
            UnreadableError: It is missing, or no UTF-8 text.
        """
        return read_text_file(self.path, name)

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
        refuse_odd_file(self.path, MANIFEST)
        try:
            # Past its cache: the file may have changed since the last look.
            return load_manifest.__wrapped__(self.path / MANIFEST)
        except KitError as error:
            raise UnreadableError(MANIFEST, str(error)) from error

    @cached_property
    def plan(self) -> Plan:
        """What separates."""
        refuse_odd_file(self.path, PLAN)
        try:
            return load_plan(self.path / PLAN)
        except KitError as error:
            raise UnreadableError(PLAN, str(error)) from error

    @cached_property
    def known_plan(self) -> Plan:
        """The same, if every model of it has a row in the manifest."""
        unknown = unknown_models(self.plan, self.manifest)
        if unknown:
            raise ToldElsewhereError(PLAN, f"It names models that are not in the manifest: {', '.join(unknown)}.")
        return self.plan

    @cached_property
    def running_plan(self) -> Plan:
        """The same, if the plan is what runs; a predictor of somebody's own is nothing that its models tell about."""
        if not self.runs_plan:
            raise ToldElsewhereError(PLAN, "A predictor of your own runs in its place.")
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
    def project(self) -> Project:
        """What pyproject.toml asks for; nothing where there is none."""
        return read_project(self.optional_text(PROJECT))

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
        at_the_top = [path.name for path in self.path.iterdir() if path.is_file()]
        # git ends at the first path that leads through a link.
        code = [file.path for file in self.code.files if not self._is_behind_a_link(file.path)]
        return gather_git_facts(self.path, [*names, *at_the_top, *filter(self.has, [MANIFEST]), *code])

    @cached_property
    def large_history(self) -> LargeHistory:
        """The large files of commits that the challenge's server lacks; any server's, where no remote leads there."""
        git = self.git
        if git.head is None:
            return LargeHistory()
        leading = [name for name, address in git.remotes.items() if host_of(address) == SERVER]
        in_head = frozenset(file.oid for file in git.files.values())
        return find_large_history(self.path, leading or git.remotes, in_head, LARGE_BYTES)

    def how_to_restore(self, name: str) -> str:
        """Return the command that puts the last committed state of a file there, or words where there is none."""
        return how_to_restore(self.path, name)

    def _is_behind_a_link(self, path: str) -> bool:
        folder = (self.path / path).parent
        return folder.resolve() != self.path.resolve() / Path(path).parent

    def relative(self, path: Path) -> str:
        """Return a path as git writes it; one outside of the repository as it is."""
        # Links are not followed: git holds a link by its own path.
        try:
            return Path(os.path.abspath(path)).relative_to(os.path.abspath(self.path)).as_posix()
        except ValueError:
            return str(path)
