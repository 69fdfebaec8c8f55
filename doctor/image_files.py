"""Where in the image the files of the repository lie, by WORKDIR, COPY, ADD and mounts of a Dockerfile."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from doctor.dockerfile_lines import Instruction, words_of

_MOUNT = "--mount="


@dataclass(frozen=True)
class _Copy:
    """One thing that was copied; whether it is a file or a folder is known only when it is looked for."""

    source: str
    """In the repository; empty for all of it."""
    target: str
    """In the image."""
    stays: bool = True
    """Whether it is more than the mount of one command."""

    def takes(self, path: str) -> bool:
        """Tell whether a file of the repository is in it, or may be."""
        is_unknown = "$" in self.source
        inside = is_unknown or not self.source or path.startswith(f"{self.source}/")
        # A sign for any text goes up to the next slash.
        pattern = self.source.split("/")
        parts = path.split("/")[: len(pattern)]
        return inside or (len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern)))

    def candidates(self, path: str) -> Iterator[str]:
        """Yield what a path in the image may be in the repository."""
        folder, name = posixpath.split(path)
        source_folder, source_name = posixpath.split(self.source)
        if path == self.target:
            yield self.source
        if folder == self.target and fnmatchcase(name, source_name):
            yield posixpath.join(source_folder, name)
        inside = self.target.rstrip("/") + "/"
        if path.startswith(inside):
            yield posixpath.normpath(posixpath.join(self.source, path.removeprefix(inside)))


@dataclass
class ImageFiles:
    """The image, as far as the instructions were followed."""

    has: Callable[[str], bool]
    """Tells whether the repository has a file or folder."""
    folder: str = "/"
    """In which commands run."""
    _copies: list[_Copy] = field(default_factory=list)

    def follow(self, instruction: Instruction) -> None:
        """Take in one instruction."""
        if instruction.name == "FROM":
            self.folder = "/"
        elif instruction.name == "WORKDIR":
            self.folder = self.absolute(instruction.text.strip("\"'"))
        elif instruction.name in ("COPY", "ADD"):
            *sources, target = words_of(instruction.text) or [""]
            if not instruction.is_from_elsewhere:
                self._copies += [_Copy(_in_repository(source), self.absolute(target)) for source in sources]
        elif instruction.name == "RUN":
            self._copies += map(self._mounted, filter(_is_bind, instruction.flags))

    def absolute(self, path: str, folder: str = "") -> str:
        """Return a path in the image without its relations to a folder, which may itself be relative."""
        return posixpath.normpath(posixpath.join(self.folder, folder, path))

    def source_of(self, path: str, folder: str = "") -> str | None:
        """Return what a path in the image is in the repository; None for what does not come from there.

        Args:
            path: A file or folder; `.` stands for all of the repository where that was copied.
            folder: In which the path is named, itself from where commands run.
        """
        wanted = self.absolute(path, folder)
        for copied in reversed(self._copies):
            for candidate in copied.candidates(wanted):
                if self.has(candidate or "."):
                    return candidate or "."
        return None

    def holds(self, path: str) -> bool:
        """Tell whether the image has a file of the repository, anywhere, or may have."""
        return any(copied.stays and copied.takes(path) for copied in self._copies)

    def _mounted(self, flag: str) -> _Copy:
        values = dict(part.partition("=")[::2] for part in flag.removeprefix(_MOUNT).split(","))
        target = next((values[name] for name in ("target", "dst", "destination") if name in values), "/")
        source = values.get("source", values.get("src", ""))
        return _Copy(_in_repository(source), self.absolute(target), stays=False)


def _is_bind(flag: str) -> bool:
    """Tell whether a mount shows files of the repository."""
    parts = flag.removeprefix(_MOUNT).split(",") if flag.startswith(_MOUNT) else []
    kinds = [part for part in parts if part.startswith("type=")]
    return bool(parts) and kinds in ([], ["type=bind"]) and not any(part.startswith("from=") for part in parts)


def _in_repository(source: str) -> str:
    """Return a source as git writes it."""
    path = posixpath.normpath(source).lstrip("/")
    return "" if path == "." else path
