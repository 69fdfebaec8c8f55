"""The command and the environment variables that a grader gives a submission, and starting it so.

The variables are the grader's, not this shell's: no cache of weights, no home with settings, no GPU unless the
challenge offers one.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluator.process import Launch, OnSong, run_watched
from evaluator.process_tree import RUN_MARK
from evaluator.watch import ChildOptions, ChildReport
from rehearsal.child import ChildPlan
from rehearsal.docker import Container
from rehearsal.environment import Environment
from rehearsal.folder import Folder
from rehearsal.isolation import View

ROOT = Path(__file__).resolve().parents[1]
"""Of the kit that rehearses."""
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Places:
    """Where a submission sees the folders of the rehearsal: here, or in a container."""

    data: str
    shared: str
    injected: str
    channel: str

    @property
    def predictions(self) -> str:
        """Where it writes."""
        return f"{self.shared}/predictions/"


def command_of(challenge: str, places: Places) -> list[str]:
    """Return what the grader executes in the repository's root."""
    return ["python", f"{places.injected}/sdx23_evaluator.py"] if challenge == "sdx23" else ["bash", "run.sh"]


def variables_of(challenge: str, places: Places, options: ChildOptions, *, gpu: bool) -> dict[str, str]:
    """Return the variables that the grader sets, and those of the rehearsal's channel."""
    common = {
        "PYTHONPATH": places.injected,
        "PYTHONUNBUFFERED": "1",
        "MDX_REHEARSAL_CHANNEL": f"{places.channel}/phases.jsonl",
        "MDX_REHEARSAL_MODULES": places.injected,
        **({} if gpu else {"CUDA_VISIBLE_DEVICES": ""}),
    }
    if challenge == "sdx23":
        return common | {"AICROWD_DATASET_DIR": places.data, "AICROWD_PUBLIC_SHARED_DIR": places.shared}
    longest = max(options.song_limits_seconds.values())
    return common | {
        "AICROWD_IS_GRADING": "True",
        "EVENTS_FILE": f"{places.channel}/events.jsonl",
        "TEST_DATASET_PATH": f"{places.data}/",
        "RESULTS_DATASET_PATH": places.predictions,
        "PREDICTIONS_OUTPUT_PATH": places.predictions,
        # The contract takes whole seconds only; the exact limits are kept from outside.
        "INFERENCE_SETUP_TIMEOUT_SECONDS": str(-int(-options.setup_limit_seconds // 1)),
        "INFERENCE_PER_MUSIC_TIMEOUT_SECONDS": str(-int(-longest // 1)),
    }


def own_variables(folder: Folder, environment: Environment) -> dict[str, str]:
    """Return the variables of a user who has nothing but the system, the environment and an empty home."""
    return {
        "PATH": f"{environment.programs}:{_SYSTEM_PATH}",
        "HOME": str(folder.home),
        "TMPDIR": str(folder.temporary),
        "LANG": "C.UTF-8",
    }


@dataclass(frozen=True)
class Stage:
    """All that is ready when the submission begins."""

    challenge: str
    folder: Folder
    environment: Environment
    gpu: bool
    """Whether the challenge's machine has one."""
    view: View
    """What of this machine's disk it sees; nothing is hidden where a container does that."""
    container: Container | None = None

    @property
    def places(self) -> Places:
        """Where the submission sees the folders."""
        folders = (self.folder.data, self.folder.shared, self.folder.injected, self.folder.channel)
        seen = self.container.mounts() if self.container else {folder: str(folder) for folder in folders}
        return Places(*(seen[folder] for folder in folders))


def run_submission(stage: Stage, options: ChildOptions, report: ChildReport, on_song: OnSong) -> None:
    """Run the submission as the grader does, until it ends or breaks a limit.

    Args:
        stage: What is run, and with what.
        options: Its limits.
        report: Filled while it runs.
        on_song: Called with each song that ended.

    Raises:
        OSError: It cannot be started.
    """
    mark = uuid.uuid4().hex
    command = command_of(stage.challenge, stage.places)
    variables = variables_of(stage.challenge, stage.places, options, gpu=stage.gpu)
    if stage.container:
        limits = {"cpus": options.cpus, "memory_limit_bytes": options.memory_limit_bytes}
        started = stage.container.run_command(command, variables, **limits)
        launch = Launch(started, {**os.environ, RUN_MARK: mark}, stage.folder.root, mark)
    else:
        launch = _in_process(stage, command, variables | {RUN_MARK: mark}, options.cpus)
    events = os.open(stage.folder.phases_file, os.O_RDONLY)
    try:
        run_watched(launch, events, options, report, on_song)
    finally:
        os.close(events)
        if stage.container:
            stage.container.stop()


def _in_process(stage: Stage, command: list[str], variables: dict[str, str], cpus: int | None) -> Launch:
    """Prepare a process of this machine."""
    folder = stage.folder
    plan = ChildPlan(
        command=command,
        environment=stage.environment.variables | variables | own_variables(folder, stage.environment),
        folder=str(folder.clone),
        read_only=[str(part) for part in (folder.data, folder.venv) if part.is_dir()],
        phases_file=str(folder.phases_file),
        outside_file=str(folder.outside_file),
        cpus=cpus,
        python=stage.environment.python,
        view=stage.view,
    )
    path = folder.root / "launch.json"
    path.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    search_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    mark = variables[RUN_MARK]
    return Launch(
        [sys.executable, "-m", "rehearsal.child", str(path)],
        {**os.environ, "PYTHONPATH": search_path, RUN_MARK: mark},
        ROOT,
        mark,
    )
