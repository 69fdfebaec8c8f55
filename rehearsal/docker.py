"""The same rehearsal in the grading image: build the Dockerfile, run the command in a container without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from doctor.dockerfile_variables import BUILD_ARGUMENTS
from rehearsal.environment import Environment, run_build_step
from rehearsal.folder import Folder
from rehearsal.report import BuildError

_EVERYBODY = 0o777
_EVERYBODY_WRITES = 0o666


@dataclass(frozen=True)
class Container:
    """The image of one rehearsal, and the container that runs it."""

    folder: Folder
    gpu: bool = False

    @property
    def name(self) -> str:
        """Of the image and of the container; docker refuses names that end with an underscore."""
        return self.folder.root.name.replace("_", "x")

    def mounts(self) -> dict[Path, str]:
        """Return folder -> where the container sees it, in the order of `launch.Places`."""
        folders = (self.folder.data, self.folder.shared, self.folder.injected, self.folder.channel)
        return {folder: f"/rehearsal/{folder.name}" for folder in folders}

    def build(self) -> Environment:
        """Build the image from the clone.

        Returns:
            The environment in it.

        Raises:
            BuildError: There is no engine or no Dockerfile, or the build failed.
        """
        if not (self.folder.clone / "Dockerfile").is_file():
            raise BuildError("--docker builds the repository's Dockerfile. Got a commit without one: add it.")
        _check_engine()
        arguments = [word for name, value in BUILD_ARGUMENTS.items() for word in ("--build-arg", f"{name}={value}")]
        command = ["docker", "build", *arguments, "--tag", self.name, str(self.folder.clone)]
        run_build_step(command, self.folder, "build the image")
        python = ["docker", "run", "--rm", "--network", "none", self.name, "python"]
        return Environment("the image of the Dockerfile", python, rehearsed=True)

    def run_command(
        self, command: list[str], variables: dict[str, str], *, cpus: int | None, memory_limit_bytes: int | None
    ) -> list[str]:
        """Return the command line that runs a command in the container, in the image's working directory."""
        self._open_to_its_user()
        read_only = (self.folder.data, self.folder.injected)
        options = ["--name", self.name, "--network", "none"]
        if cpus:
            options += ["--cpus", str(min(cpus, os.cpu_count() or cpus))]
        if memory_limit_bytes:
            # Without the second one, as much again may be swapped.
            options += ["--memory", str(memory_limit_bytes), "--memory-swap", str(memory_limit_bytes)]
        if self.gpu:
            options += ["--gpus", "all"]
        for folder, place in self.mounts().items():
            options += ["--volume", f"{folder}:{place}{':ro' if folder in read_only else ''}"]
        for name, value in variables.items():
            options += ["--env", f"{name}={value}"]
        return ["docker", "run", "--rm", *options, self.name, *command]

    def stop(self) -> None:
        """End the container, if it still runs: ending the program `docker` does not. Let us remove what it wrote."""
        _quietly(["docker", "rm", "--force", self.name])
        shared = self.mounts()[self.folder.shared]
        mount = ["--volume", f"{self.folder.shared}:{shared}"]
        _quietly(["docker", "run", "--rm", "--network", "none", *mount, self.name, "chmod", "-R", "a+rwX", shared])

    def remove_image(self) -> None:
        """Remove the image; layers stay in the engine's cache."""
        _quietly(["docker", "image", "rm", "--force", self.name])

    def _open_to_its_user(self) -> None:
        """Let the image's user, who has another number than ours, write where it must."""
        for folder in (self.folder.shared, self.folder.predictions, self.folder.channel):
            folder.chmod(_EVERYBODY)
        for file in (self.folder.phases_file, self.folder.events_file):
            file.chmod(_EVERYBODY_WRITES)


def _check_engine() -> None:
    """Refuse where no engine answers.

    Raises:
        BuildError: With what docker says.
    """
    advice = "Start one, or leave out --docker: the same steps then run without a container."
    if shutil.which("docker") is None:
        raise BuildError(f"--docker needs a Docker engine. There is no program 'docker' here. {advice}")
    done = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        says = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise BuildError(f"--docker needs a Docker engine. None answers: {says} {advice}")


def _quietly(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, check=False)
