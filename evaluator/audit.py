"""Look at what a submission wrote, as a careful grader would before scoring it.

The original evaluator checks only that four files exist. Here every stem is read once, in blocks, beside its mixture:
errors are what would break or spoil the score, warnings what looks like a mistake.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from audio import MIXTURE, SAMPLE_RATE, STEMS, AudioError
from audio.decoding import check_audio_file
from evaluator.logged_troubles import logged_troubles
from evaluator.metrics import BLOCK_SAMPLES

RESIDUAL_WARNING_DB = -10.0
"""A sum of stems further from the mixture than this looks like a missing or doubled stem."""
LARGEST_SAMPLE = 1e6
"""Beyond this a sample is no sound (full scale is 1), and sums of squares lose their meaning."""


@dataclass(frozen=True)
class Finding:
    """One thing that the audit found."""

    level: Literal["error", "warning"]
    stem: str
    """The stem, or "mixture" for what concerns the song as a whole."""
    message: str


@dataclass
class _StemState:
    """What is gathered about one stem while its blocks pass."""

    digest: hashlib.blake2b = field(default_factory=hashlib.blake2b)
    clipped_samples: int = 0
    bad_samples: int = 0
    peak: float = 0.0

    def take(self, block: np.ndarray) -> np.ndarray:
        """Count what is wrong in a block (samples, channels); returns it with zeros for what is no sound."""
        good = np.abs(block) <= LARGEST_SAMPLE  # false for NaN too
        self.bad_samples += int(block.size - np.count_nonzero(good))
        block = np.where(good, block, 0.0)
        level = np.abs(block)
        self.peak = max(self.peak, float(level.max(initial=0.0)))
        self.clipped_samples += int(np.count_nonzero(level >= 1.0))
        self.digest.update(block.tobytes())
        return block


def audit_song(mixture_path: Path, results_folder: Path) -> list[Finding]:
    """Check the four stems of one song.

    Args:
        mixture_path: The song.
        results_folder: Holds `<stem>.wav` for each stem.

    Returns:
        Findings, errors first; an empty list means that all is well.

    Raises:
        AudioError: The mixture itself is unreadable.
    """
    with ExitStack() as open_files:
        try:
            mixture = open_files.enter_context(soundfile.SoundFile(mixture_path))
        except soundfile.LibsndfileError as error:
            raise AudioError(f"The mixture '{mixture_path}' must be readable. {error.error_string}.") from error
        findings: list[Finding] = []
        stems: dict[str, soundfile.SoundFile] = {}
        for stem in STEMS:
            opened, found = _open_stem(results_folder / f"{stem}.wav", stem, mixture, open_files)
            findings += found
            if opened is not None:
                stems[stem] = opened
        findings += _check_samples(mixture, stems)
    return sorted(findings, key=lambda finding: finding.level)


def logged_findings(logs: Path, song: str) -> list[Finding]:
    """Say what a log tells of a song: its files are valid, and not what the plan gives.

    Args:
        logs: The folder with the output of the child processes.
        song: Name of the song.
    """
    return [Finding("warning", MIXTURE, trouble.text()) for trouble in logged_troubles(logs, song)]


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether a finding makes the song invalid."""
    return any(finding.level == "error" for finding in findings)


def _open_stem(
    path: Path, stem: str, mixture: soundfile.SoundFile, open_files: ExitStack
) -> tuple[soundfile.SoundFile | None, list[Finding]]:
    """Open a stem whose header fits the mixture; else say what is wrong with it."""
    try:
        if not os.path.lexists(path):
            return None, [Finding("error", stem, f"{path.name} was not written in this run")]
        check_audio_file(path)
        opened = open_files.enter_context(soundfile.SoundFile(path))
    except AudioError as error:
        return None, [Finding("error", stem, str(error))]
    except OSError as error:
        return None, [Finding("error", stem, f"{path.name} cannot be read ({error.strerror})")]
    except soundfile.LibsndfileError as error:
        return None, [Finding("error", stem, f"{path.name} is no readable audio file ({error.error_string})")]
    wrong = [
        f"{name} must be {wanted}, got {got}"
        for name, wanted, got in (
            ("sample rate in Hz", SAMPLE_RATE, opened.samplerate),
            ("channels", 2, opened.channels),
            ("samples", mixture.frames, opened.frames),
        )
        if wanted != got
    ]
    findings = [Finding("error", stem, f"{path.name}: {problem}") for problem in wrong]
    comparable = opened.channels == 2 and opened.frames == mixture.frames
    return (opened if comparable else None), findings


def _check_samples(mixture: soundfile.SoundFile, stems: dict[str, soundfile.SoundFile]) -> list[Finding]:
    """Read all stems beside the mixture once."""
    states = {stem: _StemState() for stem in stems}
    mixture_energy = residual_energy = 0.0
    try:
        for mixture_block, stem_blocks in _blocks(mixture, stems):
            residual = np.broadcast_to(mixture_block, (len(mixture_block), 2)).copy()
            mixture_energy += float(np.vdot(residual, residual))
            for stem, block in stem_blocks.items():
                residual -= states[stem].take(block)
            residual_energy += float(np.vdot(residual, residual))
    except soundfile.LibsndfileError as error:
        return [Finding("error", MIXTURE, f"a file breaks off or is damaged ({error.error_string})")]
    findings = [finding for stem, state in states.items() for finding in _judge(stem, state)]
    findings += _identical(states)
    if set(states) == set(STEMS) and mixture_energy > 0:
        residual_db = 10 * math.log10(max(residual_energy, 1e-20) / mixture_energy)
        if residual_db > RESIDUAL_WARNING_DB:
            message = f"the stems do not sum to the mixture: what is left over is at {residual_db:.1f} dB of it"
            findings.append(Finding("warning", MIXTURE, message))
    return findings


def _blocks(
    mixture: soundfile.SoundFile, stems: dict[str, soundfile.SoundFile]
) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
    while True:
        mixture_block = mixture.read(BLOCK_SAMPLES, dtype="float64", always_2d=True)
        if not len(mixture_block):
            return
        yield (
            mixture_block,
            {stem: file.read(BLOCK_SAMPLES, dtype="float64", always_2d=True) for stem, file in stems.items()},
        )


def _judge(stem: str, state: _StemState) -> list[Finding]:
    findings = []
    if state.bad_samples:
        findings.append(Finding("error", stem, f"{state.bad_samples} samples are NaN, infinite or absurd"))
    if state.clipped_samples:
        findings.append(
            Finding("warning", stem, f"{state.clipped_samples} samples reach full scale (peak {state.peak:.2f})")
        )
    if state.peak == 0.0 and not state.bad_samples:
        findings.append(Finding("warning", stem, "the stem is silent"))
    return findings


def _identical(states: dict[str, _StemState]) -> list[Finding]:
    """Find stems with the same samples; silence is told on its own."""
    by_content: dict[bytes, list[str]] = {}
    for stem, state in states.items():
        if state.peak > 0:
            by_content.setdefault(state.digest.digest(), []).append(stem)
    return [
        Finding("warning", MIXTURE, f"{', '.join(same)} hold the same samples")
        for same in by_content.values()
        if len(same) > 1
    ]
