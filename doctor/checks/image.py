"""Does the builder go by the files that you think it does, and can it build the image?"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from doctor.build import (
    APT,
    BINDER_FOLDERS,
    DOCKERFILE,
    ENVIRONMENT,
    POST_BUILD,
    REQUIREMENTS,
    RUNTIME,
    environment_content,
)
from doctor.findings import MDX21_ONLY, Fault, UnreadableError, check, warning
from doctor.git_facts import PLAIN_MODE
from doctor.project_file import PROJECT
from doctor.repository import PREDICT, RUN_SCRIPT, Repository
from doctor.shell import commands_in, fetches_in

_DEBIAN_NAME = re.compile(r"^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?(=\S+)?$")
_NO_TAG = re.compile(r"^[^:@]+$|:latest$")
_CARRIAGE_RETURN = "\r"
_READ_BY_SHELL = (RUN_SCRIPT, POST_BUILD, APT)


@check(
    "build-files",
    "A file says what the image holds, and it can be read",
    why="The builder makes an empty image, or none.",
)
def build_files(repository: Repository) -> Iterator[Fault]:
    """Find a build that nothing describes, or whose description cannot be read."""
    try:
        repository.build  # noqa: B018 # reading it is the question
    except UnreadableError as error:
        yield Fault(error.subject, error.problem, repository.how_to_restore(error.subject))


@check(
    "project-file",
    "pyproject.toml can be read",
    why="No program that installs the kit, or locks its pins, gets past it.",
)
def project_file(repository: Repository) -> Iterator[Fault]:
    """Find a project file that is no TOML."""
    try:
        repository.project  # noqa: B018 # reading it is the question
    except UnreadableError as error:
        yield Fault(error.subject, error.problem, f"Mend it. As it was: {repository.how_to_restore(PROJECT)}")


@check(
    "binder-folder",
    "No folder takes the place of the build files",
    why="Where there is a folder binder or .binder, the builder reads that and none of the files beside it.",
)
def binder_folder(repository: Repository) -> Iterator[Fault]:
    """Find folders that repo2docker prefers."""
    for name in BINDER_FOLDERS:
        if (repository.path / name).is_dir():
            yield Fault(f"{name}/", "The builder reads this folder only.", f"`rm -r {name}`")


@check(
    "dockerfile",
    "The Dockerfile can be built from what is here",
    why="A build that fails is a submission that fails.",
)
def dockerfile(repository: Repository) -> Iterator[Fault]:
    """Find a Dockerfile without a base, without the repository, or with sources that do not exist."""
    found = repository.dockerfile
    if found is None:
        return
    if found.base is None:
        yield Fault(DOCKERFILE, "It has no FROM.", "Begin it with `FROM python:3.11-slim`.")
    elif _NO_TAG.search(found.base) and "$" not in found.base:
        yield warning(DOCKERFILE, f"Its base '{found.base}' names no version.", "Name one, as `python:3.11-slim`.")
    sources = found.copied()
    if not {".", "./", RUN_SCRIPT, "*"} & set(sources):
        yield Fault(DOCKERFILE, "It does not copy the repository.", "Add `COPY . .`")
    for source in sources:
        pattern = source.lstrip("/")
        if pattern and not glob.glob(pattern, root_dir=repository.path):
            yield Fault(
                DOCKERFILE, f"It copies '{source}', which is not here.", f"Add the file, or drop it from {DOCKERFILE}."
            )
    if repository.build.is_bare and not any(line.file != DOCKERFILE for line in repository.build.lines):
        yield warning(
            DOCKERFILE, "It installs no requirement file.", "Add `RUN pip install -r requirements-grader.txt`"
        )


@check(
    "post-build-runs",
    "postBuild is run, where there is one",
    why="With a Dockerfile the builder never runs postBuild: what it would install or fetch is not there.",
)
def post_build_runs(repository: Repository) -> Iterator[Fault]:
    """Find a postBuild beside a Dockerfile."""
    found = repository.dockerfile
    if found is not None and repository.has(POST_BUILD) and POST_BUILD not in found.script:
        fix = f"Move its commands into {DOCKERFILE}; `rm {POST_BUILD}`."
        yield warning(POST_BUILD, "The Dockerfile takes its place.", fix)


@check(
    "build-fetches",
    "Nothing is fetched from the network while the image is built",
    why="Weights that a server sends may change or be gone: the challenge asks for them in the repository.",
)
def build_fetches(repository: Repository) -> Iterator[Fault]:
    """Find downloads in postBuild and Dockerfile."""
    scripts = {POST_BUILD: repository.optional_text(POST_BUILD)}
    if repository.dockerfile is not None:
        scripts[DOCKERFILE] = repository.dockerfile.script
    for name, script in scripts.items():
        for command in fetches_in(script):
            yield warning(name, f"It runs: {command}", "Commit the file with git-lfs: `git lfs track`, `git add`.")


@check(
    "python-version",
    "The image's Python is one that the kit supports",
    why="No version of the pinned packages exists for another Python: the build fails.",
)
def python_version(repository: Repository) -> Iterator[Fault]:
    """Find a Python that is too old, too new, or not named."""
    build = repository.build
    asked = repository.project.requires_python
    says, how = (RUNTIME, "python-3.11") if build.source == REQUIREMENTS else (build.source, "python=3.11")
    if build.python is None:
        if build.source != DOCKERFILE:
            yield warning(
                build.source, "Nothing names a Python: the builder takes its own.", f"Write `{how}` into {says}."
            )
        return
    try:
        supported = SpecifierSet(asked)
    except InvalidSpecifier:
        yield warning(PROJECT, f"requires-python is no range of versions: '{asked}'.", f"Mend {PROJECT}.")
        return
    if build.python not in supported:
        yield Fault(
            build.source,
            f"Its Python is {build.python}; {PROJECT} asks for {asked}.",
            f"Name another Python in {says}.",
        )


@check("apt", "apt.txt lists Debian packages, one on each line", why="One wrong word fails the whole build.")
def apt(repository: Repository) -> Iterator[Fault]:
    """Find lines that are no package's name."""
    for number, raw in enumerate(repository.optional_text(APT).splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        if line and not _DEBIAN_NAME.match(line):
            yield Fault(f"{APT}:{number}", f"'{line}' is no package's name.", "Write names alone, one on each line.")


@check(
    "environment-file",
    "environment.yml holds nothing of one machine",
    why="conda fails where the folder of a `prefix` cannot be made, and where a package exists for one system only.",
)
def environment_file(repository: Repository) -> Iterator[Fault]:
    """Find what `conda env export` writes about the machine where it ran."""
    if not repository.has(ENVIRONMENT):
        return
    content = environment_content(repository.text(ENVIRONMENT))
    if "prefix" in content:
        yield Fault(ENVIRONMENT, f"It has a prefix: {content['prefix']}.", "Remove the line `prefix:`.")
    for dependency in content["dependencies"]:
        if isinstance(dependency, str) and re.match(r"^[^=]+=[^=]+=[^=]+$", dependency):
            yield Fault(
                ENVIRONMENT,
                f"'{dependency}' names the build of one system.",
                "`conda env export --no-builds`, or leave the last part out.",
            )


@check(
    "line-ends",
    "Scripts have the line ends of Linux",
    why="bash and the builder take the carriage return for part of the last word: 'run.sh: not found'.",
)
def line_ends(repository: Repository) -> Iterator[Fault]:
    """Find files as Windows writes them."""
    for name in filter(repository.has, _READ_BY_SHELL):
        if _CARRIAGE_RETURN in repository.text(name):
            yield Fault(name, "Its lines end as on Windows.", f"`sed -i 's/\\r$//' {name} && git add {name}`")


@check(
    "run-script-mode",
    "git holds run.sh as a program",
    why="The grader executes it: without the mark `bash run.sh` works here, and `./run.sh` is refused there.",
    challenges=MDX21_ONLY,
)
def run_script_mode(repository: Repository) -> Iterator[Fault]:
    """Find a run.sh that may be read and not executed, as files from Windows are."""
    held = repository.git.files.get(RUN_SCRIPT)
    if held is not None and held.mode == PLAIN_MODE:
        fix = f"`git update-index --chmod=+x {RUN_SCRIPT} && chmod +x {RUN_SCRIPT} && git commit`"
        yield warning(RUN_SCRIPT, "It is committed without the mark of a program.", fix)


@check(
    "run-script",
    "run.sh starts the submission",
    why="It is what the grader executes.",
    challenges=MDX21_ONLY,
)
def run_script(repository: Repository) -> Iterator[Fault]:
    """Find a run.sh that is missing, or that starts a file which is not there."""
    if not repository.has(RUN_SCRIPT):
        yield Fault(RUN_SCRIPT, "It is missing.", repository.how_to_restore(RUN_SCRIPT))
        return
    words = list(_words_of_scripts(repository, RUN_SCRIPT))
    started = [word for word in words if word.endswith(".py") or word in ("-m", "-c")]
    if not started:
        yield Fault(RUN_SCRIPT, "It starts no Python program.", "Write `python predict.py` into it.")
    for name in (word for word in words if word.endswith((".py", ".sh"))):
        if "$" not in name and not repository.has_file(name):
            yield Fault(RUN_SCRIPT, f"It starts '{name}', which is not here.", f"Write `python {PREDICT}` into it.")


def _words_of_scripts(repository: Repository, name: str) -> Iterator[str]:
    """Yield the words of a script's commands, and of the scripts of the repository that it starts."""
    seen, waiting = {name}, [name]
    while waiting:
        for command in commands_in(repository.text(waiting.pop())):
            yield from command
            named = {word for word in command if word.endswith(".sh") and repository.has_file(word)} - seen
            seen |= named
            waiting += sorted(named)


CHECKS = (
    build_files,
    project_file,
    binder_folder,
    dockerfile,
    post_build_runs,
    build_fetches,
    python_version,
    apt,
    environment_file,
    line_ends,
    run_script,
    run_script_mode,
)
