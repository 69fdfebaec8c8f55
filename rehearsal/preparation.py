"""From a clone to a stage: the environment, the grader's files, and what of this machine the submission may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from doctor.declaration_file import GPU
from doctor.findings import UnreadableError
from doctor.repository import Repository
from rehearsal.build_files import read_build_files
from rehearsal.docker import Container
from rehearsal.environment import GRADER_PACKAGE, Environment, build_environment, current_environment
from rehearsal.folder import Folder
from rehearsal.image_context import leave_out_of_image
from rehearsal.isolation import View
from rehearsal.launch import Stage
from rehearsal.post_build import run_post_build
from rehearsal.report import Remark, Report
from rehearsal.stage import inject_packages, replace_graders_files
from rehearsal.view import view_for

Challenge = Literal["mdx21", "sdx23"]
EnvironmentKind = Literal["fresh", "current", "docker"]


@dataclass
class Preparation:
    """What is made of a clone before it runs; what there is to say goes into the report."""

    kind: EnvironmentKind
    folder: Folder
    repository: Path
    """The working tree that was cloned."""
    report: Report
    """Names the challenge."""
    left_out: Mapping[str, str] = field(default_factory=dict, init=False)
    """Committed files that the image does not hold -> why."""
    _container: Container | None = field(default=None, init=False)

    def make_stage(self) -> Stage:
        """Install what the grader would, and put its files in place.

        Raises:
            BuildError: The environment could not be made.
        """
        gpu = self._has_gpu()
        environment = self._make_environment(gpu=gpu)
        self._report_environment(environment)
        view = self._view(environment)
        inject_packages(self.folder, view)
        return Stage(self.report.challenge, self.folder, environment, gpu, view, self._container)

    def remove_image(self) -> None:
        """Remove what lies outside the folder."""
        if self._container:
            self._container.remove_image()

    def _make_environment(self, *, gpu: bool) -> Environment:
        if self.kind == "docker":
            # Its image holds the grader's files too, as there is nowhere else to put them.
            replace_graders_files(self.folder.clone, self.report.challenge)
            self._container = Container(self.folder, gpu=gpu)
            return self._container.build()
        environment = self._build_environment() if self.kind == "fresh" else current_environment()
        self.left_out = leave_out_of_image(self.folder.clone)
        replace_graders_files(self.folder.clone, self.report.challenge)
        return environment

    def _build_environment(self) -> Environment:
        """Install what pip would; what else brings packages is told before anything can fail for want of them."""
        build = read_build_files(self.folder.clone)
        self.report.not_rehearsed = build.not_rehearsed
        self.report.remarks += [Remark("warning", "environment", part) for part in build.not_followed]
        environment = build_environment(self.folder, build, self.repository)
        if build.post_build:
            run_post_build(self.folder, environment, self._view(environment))
        return environment

    def _report_environment(self, environment: Environment) -> None:
        self.report.environment = environment.words
        self.report.environment_rehearsed = environment.rehearsed
        self.report.versions = environment.versions()
        needs_package = environment.rehearsed and self.report.challenge == "mdx21"
        if needs_package and self.report.versions[GRADER_PACKAGE] == "not installed":
            message = f"The grader's evaluator imports {GRADER_PACKAGE}, which the environment lacks: add it."
            is_sure = not any(remark.subject == "environment" for remark in self.report.remarks)
            self.report.remarks.append(Remark("error" if is_sure else "warning", "environment", message))

    def _view(self, environment: Environment) -> View:
        if self._container:
            return View((), (), ())
        return view_for([self.folder.root, *environment.folders()], Path(environment.python[0]), self.repository)

    def _has_gpu(self) -> bool:
        """Tell whether the submission asks for the machine with a GPU, which only SDX23 offers."""
        try:
            declaration = Repository(self.folder.clone).declaration
        except UnreadableError:
            return False
        return self.report.challenge == "sdx23" and declaration.says(GPU)
