"""Voices around the lead: harmonies, backing chords, a choir, answers, ad-libs and chopped syllables."""

from __future__ import annotations

from collections.abc import Sequence

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.melodies import Singer, draw_tune, sing_motif
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.registers import moved_into
from training.synthesis.composing.rhythms import RINGING_GATE, fitted, strokes
from training.synthesis.composing.scales import pitches_between
from training.synthesis.composing.singing import LeadVoice, Phrase, without_overlaps
from training.synthesis.composing.vocal_ranges import HIGHEST, LOWEST
from training.synthesis.composing.vocal_rhythms import VOCAL_RHYTHMS
from training.synthesis.composing.voicings import voiced

INTERVALS = (3, 3, 4, -4, -3, 5, 7, -5, 8, 9, 12, -12)
"""Of harmonies, in semitones; thirds and sixths become major or minor as the key wants it."""
STACKS = ((3, 7, -5), (4, 7, 12), (-3, -8, 4), (0, 12, -12), (0, 0, 0), (0, 0, 12))
"""Intervals of groups; without any it is a gang that shouts along."""
BACKING_RHYTHMS = (
    "x...............",
    "x...............",
    "x.......x.......",
    "x.....x.........",
    "....x.......x...",
    "x..x..x.........",
    "..x...x...x...x.",
)
"""Of backing chords: held, or short as "ooh ooh" and "hey"."""


def harmony(plan: SongPlan, lead: LeadVoice, dice: Dice) -> list[Phrase]:
    """Return a second voice at an interval of the lead's; it keeps to the key and may leave out quiet sections."""
    interval = dice.pick(INTERVALS)
    only_loud = dice.chance(0.6)
    loud = [
        (section.first_bar, section.first_bar + section.bars) for section in plan.sections if section.intensity > 0.65
    ]
    chosen = []
    for phrase in lead.phrases:
        bar = phrase[0].start / plan.grid.meter.steps
        if (not only_loud or any(first <= bar < last for first, last in loud)) and dice.chance(0.9):
            chosen.append(phrase)
    return _at_interval(plan, chosen, interval)


def stack(plan: SongPlan, lead: LeadVoice, dice: Dice) -> list[list[Phrase]]:
    """Return one list of phrases for each voice of a group that sings the lead's words with it."""
    phrases = [phrase for phrase in lead.phrases if dice.chance(0.85)]
    return [_at_interval(plan, phrases, interval) for interval in dice.pick(STACKS)]


def backing(plan: SongPlan, voices: int, dice: Dice) -> list[list[Phrase]]:
    """Return one list of phrases for each of several voices that hold the chords.

    Args:
        plan: Of the song.
        voices: How many sing.
        dice: Source of chance.
    """
    low = dice.whole(46, 60)
    centre = low + 9.0
    rhythm = fitted(dice.pick(BACKING_RHYTHMS), plan.grid.meter, dice)
    threshold = dice.between(0.3, 0.75)
    lines: list[list[Phrase]] = [[] for _ in range(voices)]
    gate = dice.pick((dice.between(0.3, 0.7), dice.between(0.7, 0.98), 1.0))
    phrase_bars = dice.pick((1, 2, 2, 4))
    for bar in plan.bars:
        if bar.section.intensity < threshold:
            continue
        for span in plan.chords_of(bar):
            pitches = voiced(span.chord, "close", centre, (max(low - 4, LOWEST), low + 22))
            centre = 0.5 * (low + 9.0) + 0.5 * sum(pitches) / len(pitches)
            sung = [
                (start, start + (end - start) * gate)
                for start, end, _ in strokes(rhythm, bar, span, gate >= RINGING_GATE, dice)
                if end - start >= 2
            ]
            new_phrase = bar.index % phrase_bars == 0 and span.start_step == bar.start_step
            for voice, line in enumerate(lines):
                if new_phrase or not line:
                    line.append([])
                pitch = pitches[-1 - voice % len(pitches)]
                line[-1] += [StepNote(start, end, pitch, 0.7 * bar.loudness) for start, end in sung]
    return [[phrase for phrase in line if phrase] for line in lines]


def answers(plan: SongPlan, lead: LeadVoice, dice: Dice) -> list[Phrase]:
    """Return phrases that repeat the end of the lead's in its pauses, as a group answers a caller."""
    said: list[Phrase] = []
    shift = dice.pick((0, 0, 12, -12))
    for phrase, start, room in _pauses(plan, lead):
        tail = phrase[-dice.whole(2, 5) :]
        offset = start - tail[0].start
        moved = [
            note._replace(
                start=note.start + offset, end=note.end + offset, pitch=moved_into(note.pitch + shift, LOWEST, HIGHEST)
            )
            for note in tail
            if note.end + offset <= start + room
        ]
        if moved and dice.chance(0.8):
            said.append(moved)
    return without_overlaps(said)


def ad_libs(plan: SongPlan, lead: LeadVoice, singer: Singer, dice: Dice) -> list[Phrase]:
    """Return short free phrases in the lead's pauses."""
    share = dice.between(0.3, 0.9)
    ladder = pitches_between(plan.key.pentatonic_classes, singer.low, singer.high) or (singer.low,)
    said: list[Phrase] = []
    for _, start, room in _pauses(plan, lead):
        if not dice.chance(share):
            continue
        place, position = dice.whole(0, len(ladder) - 1), start
        phrase: Phrase = []
        for _ in range(dice.whole(1, 5)):
            length = dice.pick((1.0, 2.0, 2.0, 3.0, 4.0)) * (2.0 if plan.grid.step_seconds < 0.1 else 1.0)
            if position + length > start + room:
                break
            place = min(max(place + dice.pick((-2, -1, -1, 0, 1, 1)), 0), len(ladder) - 1)
            phrase.append(StepNote(position, position + length * singer.gate, ladder[place], dice.between(0.4, 0.85)))
            position += length
        if phrase:
            said.append(phrase)
    return said


def chops(plan: SongPlan, singer: Singer, dice: Dice) -> list[Phrase]:
    """Return a figure of short syllables that repeats every bar, as a sampler plays them."""
    marks = "".join(dice.pick(("x", ".", ".")) for _ in range(plan.grid.meter.steps))
    figure = ("x" + marks)[: plan.grid.meter.steps]
    length = 2.0 if plan.grid.step_seconds < 0.13 else 1.0
    kinds = {section.kind for section in plan.sections if dice.chance(0.6)} or {plan.sections[0].kind}
    steps: list[int] = []
    for step, mark in enumerate(figure):
        if mark == "x" and step + length <= len(figure) and (not steps or step - steps[-1] >= length):
            steps.append(step)
    degrees = [dice.whole(0, 3) for _ in steps]
    said: list[Phrase] = []
    for bar in plan.bars:
        if bar.section.kind in kinds:
            said += [
                _chop(plan, bar.start_step + step, length, degree, singer)
                for step, degree in zip(steps, degrees, strict=True)
            ]
    return said


def wordless(plan: SongPlan, singer: Singer, dice: Dice) -> list[Phrase]:
    """Return a slow melody of a voice that is not the lead, throughout the song."""
    tune = draw_tune(plan, VOCAL_RHYTHMS["sighs"], singer, dice.between(0.3, 0.8), dice)
    phrases = [
        phrase
        for bar in (*plan.bars_before, *plan.bars)
        if (motif := tune.phrase_of(bar)) and (phrase := sing_motif(plan, bar, motif, singer, dice))
    ]
    return without_overlaps(phrases)


def _at_interval(plan: SongPlan, phrases: list[Phrase], interval: int) -> list[Phrase]:
    return [[note._replace(pitch=_second_voice(plan, note, interval)) for note in phrase] for phrase in phrases]


def _second_voice(plan: SongPlan, note: StepNote, interval: int) -> int:
    """Return the pitch of the key that is nearest to an interval above the note, a chord tone where both are near."""
    wanted = note.pitch + interval
    chord = plan.chord_at(note.start).pitch_classes
    in_key = pitches_between(plan.key.pitch_classes, wanted - 2, wanted + 2)
    pitch = min(in_key, key=lambda choice: abs(choice - wanted) - 0.75 * (choice % 12 in chord), default=wanted)
    return moved_into(pitch, LOWEST, HIGHEST)


def _pauses(plan: SongPlan, lead: LeadVoice) -> list[tuple[Phrase, float, float]]:
    """Return the lead's phrases that a pause follows, with the start and length of the pause in steps."""
    followers: Sequence[Phrase | None] = [*lead.phrases, None][1:]
    pauses = []
    for phrase, following in zip(lead.phrases, followers, strict=True):
        start = float(-(-phrase[-1].end // 2) * 2)
        end = following[0].start if following else start + plan.grid.meter.steps
        if end - start >= 4:
            pauses.append((phrase, start, end - start))
    return pauses


def _chop(plan: SongPlan, start: int, length: float, degree: int, singer: Singer) -> Phrase:
    low = min(singer.low, HIGHEST - 12)
    tones = pitches_between(plan.chord_at(start).pitch_classes, low, low + 12)
    return [StepNote(start, start + 0.8 * length, tones[degree % len(tones)], 0.85)]
