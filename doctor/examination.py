"""All checks on one repository, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from doctor.findings import Challenge, Check, Fault, Level, UnreadableError
from doctor.repository import Repository
from doctor.secrets import without_secrets

_DEFECT_FIX = "Report this as a defect of the kit; the other checks hold."


@dataclass(frozen=True)
class Finding:
    """A fault, with the check that found it."""

    check: str
    level: Level
    subject: str
    finding: str
    why: str
    fix: str


@dataclass(frozen=True)
class CheckResult:
    """What became of one check."""

    check: Check
    findings: tuple[Finding, ...] = ()
    not_made: str | None = None
    """Why it could not look."""

    @property
    def state(self) -> str:
        """The level of its worst finding, `ok`, or `not made`."""
        if self.not_made is not None:
            return "not made"
        levels = {finding.level for finding in self.findings}
        return next((level.value for level in Level if level in levels), "ok")


@dataclass(frozen=True)
class Examination:
    """What became of all."""

    path: Path
    challenge: Challenge
    results: tuple[CheckResult, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, errors first."""
        found = [finding for result in self.results for finding in result.findings]
        return tuple(sorted(found, key=lambda finding: list(Level).index(finding.level)))

    def count(self, level: Level) -> int:
        """Return how many findings have a level."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def passes(self) -> bool:
        """Whether no finding is an error."""
        return not self.count(Level.ERROR)

    @property
    def verdict(self) -> str:
        """The same as a sentence."""
        counts = [f"{self.count(level)} {level.value}{'s' * (self.count(level) != 1)}" for level in Level]
        passed = sum(result.state == "ok" for result in self.results)
        opinion = "Ready to be submitted." if self.passes else "Not to be submitted yet."
        if self.passes and self.findings:
            opinion = "No error; read the warnings, then submit."
        return f"{opinion} {', '.join(counts)}, {passed} of {len(self.results)} checks pass ({self.challenge.value})."

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "path": str(self.path),
            "challenge": self.challenge.value,
            "passes": self.passes,
            "verdict": self.verdict,
            "findings": [{**asdict(finding), "level": finding.level.value} for finding in self.findings],
            "checks": [
                {"name": result.check.name, "title": result.check.title, "state": result.state}
                | ({} if result.not_made is None else {"reason": result.not_made})
                for result in self.results
            ],
        }


def examine(repository: Repository, checks: Sequence[Check]) -> Examination:
    """Make every check that the repository's challenge asks for."""
    challenge = repository.challenge
    results = tuple(_make(check, repository) for check in checks if challenge in check.challenges)
    return Examination(repository.path, challenge, results)


def _make(check: Check, repository: Repository) -> CheckResult:
    try:
        faults = tuple(check.look(repository))
    except UnreadableError as error:
        return CheckResult(check, not_made=without_secrets(str(error)))
    except Exception as error:  # noqa: BLE001  # A defect of one check must not hide what the others find.
        faults = (Fault(check.name, f"The check itself failed: {type(error).__name__}: {error}", _DEFECT_FIX),)
    return CheckResult(check, tuple(_finding(check, fault) for fault in faults))


def _finding(check: Check, fault: Fault) -> Finding:
    """Join a fault to its check; files that are quoted may hold secrets, and a finding is shown and kept in logs."""
    subject, finding, fix = map(without_secrets, (fault.subject, fault.finding, fault.fix))
    return Finding(check.name, fault.level, subject, finding, check.why, fix)
