"""A score as readable text: its facts, its sections with their chords, and who plays in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from training.synthesis.composing.scales import NOTE_NAMES
from training.synthesis.scores import Note, Score, Section


def lead_sheet(score: Score) -> str:
    """Return the score as lines of plain text, without a line end after the last.

    Args:
        score: From `compose`.
    """
    lines = [
        f"{score.genre}, {score.key}, {score.tempo_bpm:.1f} bpm, {score.duration_seconds:.1f} s",
        f"Plays: {', '.join(_players(score)) or 'nobody'}",
    ]
    for section in score.sections:
        lines.append("")
        lines.append(
            f"{section.start_seconds:6.2f} to {section.end_seconds:6.2f} s  {section.name}, "
            f"intensity {section.intensity:.2f}"
        )
        lines.append(f"    chords: {' '.join(_chords_in(score, section)) or 'none'}")
        lines += [f"    {name}: {what}" for name, what in _parts_in(score, section)]
    return "\n".join(lines)


def pitch_name(pitch: float) -> str:
    """Return the name of a MIDI pitch, such as "A4" for 69."""
    octave, note = divmod(round(pitch), 12)
    return f"{NOTE_NAMES[note]}{octave - 1}"


def _players(score: Score) -> list[str]:
    present = (("drums", bool(score.hits)), ("bass", bool(score.bass.notes)))
    names = [name for name, plays in present if plays]
    names += [line.role.replace("_", " ") for line in score.others]
    names += [f"{line.part.replace('_', '-')} voice ({line.style})" for line in score.vocals]
    return [name if count == 1 else f"{count} x {name}" for name, count in Counter(names).items()]


def _chords_in(score: Score, section: Section) -> list[str]:
    """Return the names of the chords that start in a section, after the one that goes on from before."""
    names = []
    ends = [*score.chord_starts_seconds[1:], score.duration_seconds]
    for name, start, end in zip(score.chords, score.chord_starts_seconds, ends, strict=False):
        if start < section.end_seconds - 1e-6 and end > section.start_seconds + 1e-6:
            names.append(name)
    return names


def _parts_in(score: Score, section: Section) -> list[tuple[str, str]]:
    parts = []
    drums = Counter(hit.drum for hit in score.hits if section.start_seconds <= hit.start_seconds < section.end_seconds)
    if drums:
        parts.append(("drums", ", ".join(f"{count} {drum.replace('_', ' ')}" for drum, count in drums.most_common())))
    lines: list[tuple[str, Iterable[Note]]] = [("bass", score.bass.notes)]
    lines += [(line.role.replace("_", " "), line.notes) for line in score.others]
    for voice in score.vocals:
        lines.append((f"{voice.part.replace('_', '-')} voice", (note for phrase in voice.phrases for note in phrase)))
    for name, notes in lines:
        inside = [note for note in notes if section.start_seconds <= note.start_seconds < section.end_seconds]
        if inside:
            low, high = min(note.pitch for note in inside), max(note.pitch for note in inside)
            parts.append((name, f"{len(inside)} notes, {pitch_name(low)} to {pitch_name(high)}"))
    return parts
