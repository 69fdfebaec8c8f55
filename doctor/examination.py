"""All checks on one repository, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from doctor.findings import Challenge, Check, Fault, Level, ToldElsewhereError, UnreadableError
from doctor.git_program import printable
from doctor.repository import Repository
from doctor.secrets import without_secrets

_DEFECT_FIX = "Report this as a defect of the kit; the other checks hold."
_UNKNOWN_WHY = "Nobody knows then whether this holds: {title}. The grader reads the same file."


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
    obstacle: UnreadableError | None = None
    """Why it could not look."""

    @property
    def not_made(self) -> str | None:
        """The same as a text that may be shown; None where it could look."""
        return None if self.obstacle is None else _shown(str(self.obstacle))

    @property
    def state(self) -> str:
        """The level of its worst finding, `ok`, or `not made`."""
        levels = {finding.level for finding in self.findings}
        return next((level.value for level in Level if level in levels), "ok" if self.obstacle is None else "not made")


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
    results = [_make(check, repository) for check in checks if challenge in check.challenges]
    return Examination(repository.path, challenge, tuple(_with_untold_obstacles(repository, results)))


def _make(check: Check, repository: Repository) -> CheckResult:
    try:
        faults = tuple(check.look(repository))
    except UnreadableError as error:
        return CheckResult(check, obstacle=error)
    except OSError as error:
        subject = repository.relative(Path(error.filename)) if isinstance(error.filename, str) else check.name
        return CheckResult(check, obstacle=UnreadableError(subject, f"It cannot be read: {error.strerror or error}."))
    except Exception as error:  # noqa: BLE001  # A defect of one check must not hide what the others find.
        faults = (Fault(check.name, f"The check itself failed: {type(error).__name__}: {error}", _DEFECT_FIX),)
    return CheckResult(check, tuple(_finding(check, fault) for fault in faults))


def _with_untold_obstacles(repository: Repository, results: Sequence[CheckResult]) -> Iterator[CheckResult]:
    """Make an error of every obstacle that no check has found, at the first check that it kept from looking."""
    told = {(finding.subject, finding.finding) for result in results for finding in result.findings}
    for result in results:
        error = result.obstacle
        if error is None or isinstance(error, ToldElsewhereError):
            yield result
            continue
        fault = Fault(error.subject, error.problem, repository.how_to_restore(error.subject))
        finding = replace(_finding(result.check, fault), why=_UNKNOWN_WHY.format(title=result.check.title))
        is_untold = (finding.subject, finding.finding) not in told
        told.add((finding.subject, finding.finding))
        yield replace(result, findings=(finding,)) if is_untold else result


def _finding(check: Check, fault: Fault) -> Finding:
    """Join a fault to its check."""
    subject, finding, fix = map(_shown, (fault.subject, fault.finding, fault.fix))
    return Finding(check.name, fault.level, subject, finding, check.why, fix)


def _shown(text: str) -> str:
    """Return a text for logs and screens: files that are quoted may hold secrets, names of files may be no text."""
    return printable(without_secrets(text))
