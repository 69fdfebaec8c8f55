"""What a rehearsal found, as data: `mdx rehearse --json` and rehearsal.json hold it, the table shows it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from audio import KitError
from evaluator.results import Results

SCHEMA_VERSION = 1


class RehearsalError(KitError):
    """What is to be rehearsed, or with what, cannot be."""


class BuildError(RehearsalError):
    """The environment could not be made: the grader would fail here too, or this machine lacks something."""


@dataclass(frozen=True)
class Remark:
    """One thing to know; an error means that the grader would not accept the submission."""

    level: Literal["error", "warning"]
    subject: str
    message: str


@dataclass(frozen=True)
class Step:
    """One part of the rehearsal, done."""

    name: str
    seconds: float


@dataclass
class Report:
    """One rehearsal, filled while it goes on."""

    repository: str
    challenge: str = ""
    commit: str = ""
    environment: str = ""
    """Which it was, in words."""
    environment_rehearsed: bool = False
    not_rehearsed: list[str] = field(default_factory=list)
    """What the grader's builder would do besides, and this rehearsal did not."""
    versions: dict[str, str] = field(default_factory=dict)
    """Of Python and of packages in the environment."""
    steps: list[Step] = field(default_factory=list)
    events: list[list[Any]] = field(default_factory=list)
    """What the grader was told: kind, message, payload, whether the submission waited for an answer."""
    exit_code: int | None = None
    results: Results | None = None
    """Times, memory, audit and scores; None where nothing could be run."""
    others_hidden: bool | None = None
    """Whether this machine's other files were out of the submission's reach; None where nothing was run."""
    remarks: list[Remark] = field(default_factory=list)
    log_tail: str = ""
    """The end of the output of a run that failed."""
    kept_folder: str | None = None
    """The temporary folder, where it was to be kept."""

    @property
    def may_go_on(self) -> bool:
        """Whether nothing was found so far that the grader would not accept."""
        return not any(remark.level == "error" for remark in self.remarks)

    @property
    def ok(self) -> bool:
        """Whether everything that was rehearsed would pass."""
        return self.results is not None and self.may_go_on

    def as_json(self) -> str:
        """Write the rehearsal out."""
        fields = {**vars(self), "results": None if self.results is None else self.results.as_dict()}
        fields |= {name: [asdict(entry) for entry in fields[name]] for name in ("steps", "remarks")}
        return json.dumps({"schema": SCHEMA_VERSION, "ok": self.ok, **fields}, indent=2, allow_nan=False)
