"""What a check says: one finding per fault, errors apart from warnings.

An error makes training fail or teaches something wrong; a warning is what real datasets have and what one should know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning"]
ERROR: Level = "error"
WARNING: Level = "warning"


@dataclass(frozen=True)
class Finding:
    """One fault."""

    level: Level
    """Whether it is an error."""
    code: str
    """Its kind, for scripts: unreadable, missing-stem, lengths, rate, rates, channels, nan, silent, sum, duplicate."""
    track: str
    """The song."""
    stem: str
    """The stem, or nothing when it is about the song."""
    message: str
    """What is wrong, with the values seen."""


@dataclass(frozen=True)
class Report:
    """All that a check found."""

    layout: str
    """How the dataset lies on disk; of several datasets the layout of each."""
    tracks: dict[str, int]
    """Split -> number of tracks."""
    seconds: float
    """Length of all tracks together."""
    findings: tuple[Finding, ...]
    """Errors first."""

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not self.of(ERROR)

    def of(self, level: Level) -> tuple[Finding, ...]:
        """Return the findings of one level."""
        return tuple(finding for finding in self.findings if finding.level == level)

    def as_document(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {"ok": self.ok, **asdict(self)}


def errors_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with the errors first, otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: finding.level != ERROR))
