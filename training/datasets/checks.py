"""What is wrong with a dataset: every file is decoded once, one track in memory at a time.

A sum is judged by its residual: the energy of mixture minus stems over that of the mixture. A sum of 16-bit files lies
under -80 dB. Lossy stems add their coding noise: the AAC streams of the song that stempeg packages have -15 dB. Where a
quarter of the energy is missing it is -6 dB, with a stem of another song about 0 dB.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from audio.datasets.decoding import decode_stem
from audio.datasets.tracks import REST, SPLITS, StemFile, TrackFiles
from audio.errors import AudioError
from audio.stems import ACCOMPANIMENT, MIXTURE, SAMPLE_RATE
from training.datasets.findings import ERROR, WARNING, Finding, Level, Report, errors_first

SILENT_DBFS = -80.0
LOSSY_SUFFIXES = frozenset({".mp4", ".m4a", ".mp3", ".ogg"})
SUM_WARNING_DB, LOSSY_SUM_WARNING_DB, SUM_ERROR_DB = -20.0, -12.0, -6.0
LENGTH_TOLERANCE_SECONDS = 0.05
"""Encoders pad a frame or two; more means that stems do not begin together either."""


@dataclass(frozen=True)
class StemFacts:
    """What was seen of one stem."""

    sample_rate: int
    """In hertz."""
    samples: int
    """Length."""
    level_dbfs: float
    """RMS over all, in dB of full scale."""
    digest: str
    """SHA-256 of its samples rounded to 16 bits; equal for equal sound in different files."""


@dataclass(frozen=True)
class CheckedTrack:
    """A track after its check."""

    track: TrackFiles
    """Which."""
    stems: Mapping[str, StemFacts]
    """What was seen of each readable stem, the mixture among them."""
    findings: tuple[Finding, ...]
    """What is wrong with it, seen by itself."""

    @property
    def seconds(self) -> float:
        """Length of its longest stem."""
        return max((facts.samples / facts.sample_rate for facts in self.stems.values()), default=0.0)


def check_tracks(tracks: Iterable[TrackFiles], expected: tuple[str, ...] = ()) -> Iterator[CheckedTrack]:
    """Check tracks one by one.

    Args:
        tracks: As found on disk.
        expected: The stems that each should have; when none are named, those that any track has, and a stem that a
            track lacks is only worth a warning.

    Yields:
        Each track with its findings.
    """
    tracks = list(tracks)
    level = ERROR if expected else WARNING
    wanted = expected or tuple(sorted({stem for track in tracks for stem in track.files}))
    for track in tracks:
        missing = [
            Finding(level, "missing-stem", track.name, stem, f"There is no '{stem}'. It has {', '.join(track.files)}.")
            for stem in wanted
            if stem not in track.files
        ]
        yield _check_track(track, missing)


def make_report(layout: str, checked: Iterable[CheckedTrack]) -> Report:
    """Put the findings of all tracks together, with what only shows between tracks."""
    checked = list(checked)
    splits = [track.track.split for track in checked]
    findings = [finding for track in checked for finding in track.findings] + list(_duplicates(checked))
    return Report(
        layout,
        {split: splits.count(split) for split in SPLITS if split in splits},
        round(sum(track.seconds for track in checked), 3),
        errors_first(findings),
    )


def _check_track(track: TrackFiles, findings: list[Finding]) -> CheckedTrack:
    stems: dict[str, StemFacts] = {}
    residual: np.ndarray | None = None
    whole = not findings
    redundant = {ACCOMPANIMENT} if all(part in track.files for part in REST) else set()
    lossy = any(file.path.suffix.lower() in LOSSY_SUFFIXES for file in track.files.values())
    for stem in sorted(track.files, key=lambda name: name != MIXTURE):
        try:
            sound, facts, faults = _inspect(track.files[stem], stem)
        except (AudioError, OSError) as error:
            # The streams of a container that is broken say the same: once is enough.
            if all(finding.message != str(error) for finding in findings):
                findings.append(Finding(ERROR, "unreadable", track.name, stem, str(error)))
            whole = False
            continue
        stems[stem] = facts
        findings += [Finding(level, code, track.name, stem, message) for level, code, message in faults]
        if stem == MIXTURE:
            residual = sound.copy()
        elif residual is not None and stem not in redundant:
            overlap = min(len(sound), len(residual))
            residual[:overlap] -= sound[:overlap]
    findings += _compare(track.name, stems)
    if whole and residual is not None and len(stems) > 1 and len({facts.sample_rate for facts in stems.values()}) == 1:
        allowed_db = LOSSY_SUM_WARNING_DB if lossy else SUM_WARNING_DB
        findings += _judge_sum(track.name, _level_dbfs(residual) - stems[MIXTURE].level_dbfs, allowed_db)
    return CheckedTrack(track, stems, tuple(findings))


def _inspect(file: StemFile, stem: str) -> tuple[np.ndarray, StemFacts, list[tuple[Level, str, str]]]:
    """Decode a stem; returns finite samples (samples, 2), what was seen, and what is wrong."""
    sound, sample_rate = decode_stem(file)
    faults: list[tuple[Level, str, str]] = []
    bad = int((~np.isfinite(sound)).sum())
    if bad:
        faults.append((ERROR, "nan", f"{bad} samples are NaN or infinite."))
        sound = np.nan_to_num(sound, posinf=0.0, neginf=0.0)
    if sound.shape[1] > 2:
        faults.append((ERROR, "channels", f"It must be mono or stereo. It has {sound.shape[1]} channels."))
    sound = sound.repeat(2, axis=1) if sound.shape[1] == 1 else sound[:, :2]
    if sample_rate != SAMPLE_RATE:
        message = f"It has {sample_rate} Hz instead of {SAMPLE_RATE} Hz; `mdx data cache` resamples it."
        faults.append((WARNING, "rate", message))
    level = _level_dbfs(sound)
    if level < SILENT_DBFS:
        faults.append((ERROR if stem == MIXTURE else WARNING, "silent", f"It is silent ({level:.0f} dBFS)."))
    rounded = np.rint(sound * 32768.0).clip(-32768, 32767).astype(np.int16)
    digest = hashlib.sha256(rounded.tobytes()).hexdigest()
    return sound, StemFacts(sample_rate, len(sound), level, digest), faults


def _compare(track: str, stems: Mapping[str, StemFacts]) -> Iterator[Finding]:
    """Compare the rates and lengths of a track's stems."""
    rates = {stem: facts.sample_rate for stem, facts in stems.items()}
    if len(set(rates.values())) > 1:
        told = ", ".join(f"{stem} {rate} Hz" for stem, rate in rates.items())
        yield Finding(ERROR, "rates", track, "", f"Its files must have one sample rate. They have {told}.")
        return
    lengths = {stem: facts.samples for stem, facts in stems.items()}
    if len(set(lengths.values())) > 1:
        off_samples = max(lengths.values()) - min(lengths.values())
        level = WARNING if off_samples <= LENGTH_TOLERANCE_SECONDS * next(iter(rates.values())) else ERROR
        told = ", ".join(f"{stem} {samples}" for stem, samples in lengths.items())
        yield Finding(level, "lengths", track, "", f"Its files must be equally long. They have {told} samples.")


def _judge_sum(track: str, residual_db: float, allowed_db: float) -> Iterator[Finding]:
    if residual_db > allowed_db:
        message = (
            f"The stems do not sum to the mixture: the residual has {residual_db:.1f} dB of it "
            f"(expected under {allowed_db:.0f} dB). Training uses the sum of the stems."
        )
        yield Finding(ERROR if residual_db > SUM_ERROR_DB else WARNING, "sum", track, "", message)


def _duplicates(checked: Iterable[CheckedTrack]) -> Iterator[Finding]:
    """Find sounds that occur twice; between training and test it is an error, as is a stem under two names."""
    places: dict[str, list[tuple[TrackFiles, str]]] = defaultdict(list)
    for one in checked:
        audible = [stem for stem, facts in one.stems.items() if facts.level_dbfs >= SILENT_DBFS]
        if sum(stem != MIXTURE for stem in audible) == 1 and len(audible) > 1:
            # The mixture is what the only stem that sounds is.
            audible.remove(MIXTURE)
        for stem in audible:
            places[one.stems[stem].digest].append((one.track, stem))
    for (first, first_stem), *others in places.values():
        for track, stem in others:
            same_track = track is first
            error = same_track or track.split != first.split
            where = f"'{first_stem}' of '{first.name}' ({first.split})"
            message = f"It holds the same sound as {where}."
            yield Finding(ERROR if error else WARNING, "duplicate", track.name, stem, message)


def _level_dbfs(sound: np.ndarray) -> float:
    power = float(np.mean(np.square(sound, dtype=np.float64))) if sound.size else 0.0
    return 10 * np.log10(power) if power > 0 else -np.inf
