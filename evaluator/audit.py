"""Look at what a submission wrote, as a careful grader would before scoring it.

The original evaluator checks only that four files exist. Here every stem is read once, in blocks, beside its mixture:
errors are what would break or spoil the score, warnings what looks like a mistake.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from audio import MIXTURE, SAMPLE_RATE, STEMS, AudioError
from audio.decoding import check_audio_file
from evaluator.metrics import BLOCK_SAMPLES

RESIDUAL_WARNING_DB = -10.0
"""A sum of stems further from the mixture than this looks like a missing or doubled stem."""


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

    digest: hashlib._Hash
    clipped_samples: int = 0
    bad_samples: int = 0
    peak: float = 0.0


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


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether a finding makes the song invalid."""
    return any(finding.level == "error" for finding in findings)


def _open_stem(
    path: Path, stem: str, mixture: soundfile.SoundFile, open_files: ExitStack
) -> tuple[soundfile.SoundFile | None, list[Finding]]:
    """Open a stem whose header fits the mixture; else say what is wrong with it."""
    try:
        check_audio_file(path)
        opened = open_files.enter_context(soundfile.SoundFile(path))
    except AudioError as error:
        reason = "was not written in this run" if not path.exists() else str(error)
        return None, [Finding("error", stem, f"{path.name} {reason}.")]
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
    comparable = opened.channels == mixture.channels and opened.frames == mixture.frames
    return (opened if comparable else None), findings


def _check_samples(mixture: soundfile.SoundFile, stems: dict[str, soundfile.SoundFile]) -> list[Finding]:
    """Read all stems beside the mixture once."""
    states = {stem: _StemState(hashlib.sha256()) for stem in stems}
    mixture_energy = residual_energy = 0.0
    for mixture_block, stem_blocks in _blocks(mixture, stems):
        residual = mixture_block.copy()
        for stem, block in stem_blocks.items():
            finite = np.isfinite(block)
            state = states[stem]
            state.bad_samples += int(block.size - np.count_nonzero(finite))
            block = np.where(finite, block, 0.0)
            state.peak = max(state.peak, float(np.abs(block).max(initial=0.0)))
            state.clipped_samples += int(np.count_nonzero(np.abs(block) >= 1.0))
            state.digest.update(block.tobytes())
            residual -= block
        mixture_energy += float(np.vdot(mixture_block, mixture_block))
        residual_energy += float(np.vdot(residual, residual))
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
        findings.append(Finding("error", stem, f"{state.bad_samples} samples are NaN or infinite"))
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
