"""Decide who sings or speaks in a song, and write all vocal lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.group_singing import ad_libs, answers, backing, chops, harmony, stack, wordless
from training.synthesis.composing.melodies import Singer
from training.synthesis.composing.performing import SHORTEST_SUNG_SECONDS, Feel, Stage, StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.singing import LeadVoice, Phrase, draw_singer, sung_kinds, write_lead
from training.synthesis.composing.speech import speech
from training.synthesis.composing.vocal_ranges import draw_range
from training.synthesis.scores import Note, SingingStyle, VocalLine, VocalPart

SECOND_LEAD = 0.22
"""Share of songs in which two leads share the sections: a duet, or one singer who whispers the verse and belts the
chorus."""
SUNG_HOOK = 0.6
"""Share of rapped songs whose hook is sung."""
GANG = 0.05
"""Share of songs in which a group sings along with the lead."""
WORDLESS = 0.03
"""Share of songs with a slow voice in the background throughout."""
SPEECH, SPEECH_ALONE = 0.04, 0.02
"""Shares of songs in which somebody speaks besides singing, and in which nobody sings."""
MOST_VOICES = 8
"""More cost time and blur into each other."""
LEAST_SUNG = 0.12
"""Share of a song that its lead voices sing at least, but for rare tunes with long pauses."""
LARGEST_SPREAD_SECONDS = 0.012
"""More would let two short notes change places."""


@dataclass(frozen=True)
class Vocals:
    """What is sung in a song."""

    lines: tuple[VocalLine, ...] = ()
    melody: tuple[StepNote, ...] = ()
    """What the leads sing, but for what is rapped: for instruments that play along."""


@dataclass(frozen=True)
class VocalArranger:
    """Writes the vocal lines of a song."""

    plan: SongPlan
    dice: Dice

    def write(self) -> Vocals:
        """Return the lines of all singers; none in an instrumental."""
        taste, dice = self.plan.genre.vocals, self.dice
        if dice.chance(taste.absent):
            return Vocals()
        if dice.chance(SPEECH_ALONE):
            return Vocals(_heard([self._line("lead", "rap", speech(self.plan, dice))]))
        leads = self._leads(dice.weighted(taste.styles))
        lines = [self._line("lead", lead.style, lead.phrases) for lead in leads]
        lines += [line for lead in leads for line in self._harmonies(lead)] + self._around(dice.pick(leads))
        sung = (phrase for lead in leads if lead.style != "rap" for phrase in lead.phrases)
        return Vocals(_heard(lines), tuple(note for phrase in sung for note in phrase))

    def _harmonies(self, lead: LeadVoice) -> list[VocalLine]:
        """Return second voices of what a lead sings; what is rapped has none."""
        dice = self.dice
        if lead.style == "rap" or not dice.chance(self.plan.genre.vocals.harmonies):
            return []
        count = dice.pick((1, 1, 2))
        return [self._line("harmony", lead.style, harmony(self.plan, lead, dice)) for _ in range(count)]

    def _around(self, main: LeadVoice) -> list[VocalLine]:
        """Return the lines of groups and of single voices around a lead."""
        taste, dice = self.plan.genre.vocals, self.dice
        lines: list[VocalLine] = []
        if dice.chance(taste.backing):
            lines += self._chords(
                "backing", dice.pick((1, 2, 2, 3)), dice.weighted({"plain": 2, "breathy": 2, "falsetto": 1})
            )
        if dice.chance(taste.choir):
            lines += self._choir(main)
        if dice.chance(taste.answers):
            lines += self._answers(main)
        if dice.chance(GANG):
            lines += self._gang(main)
        if dice.chance(taste.ad_libs):
            lines.append(self._line("ad_lib", main.style, ad_libs(self.plan, main, self._other_singer(main), dice)))
        if dice.chance(taste.chops):
            lines.append(
                self._line("ad_lib", dice.pick(("tuned", "plain")), chops(self.plan, self._singer("plain"), dice))
            )
        if dice.chance(WORDLESS):
            lines.append(self._line("backing", "breathy", wordless(self.plan, self._singer("breathy"), dice)))
        if dice.chance(SPEECH):
            lines.append(self._line("ad_lib", "rap", speech(self.plan, dice)))
        return lines

    def _leads(self, style: SingingStyle) -> list[LeadVoice]:
        """Return one or two lead voices; where the drawn sections leave them little, one sings in all of them."""
        plan, dice = self.plan, self.dice
        kinds = sung_kinds(plan, dice)
        second: frozenset[str] = frozenset()
        if style == "rap" and dice.chance(SUNG_HOOK):
            second = kinds & {"hook", "chorus", "bridge", "drop", "outro"}
        elif dice.chance(SECOND_LEAD):
            second = frozenset(kind for kind in sorted(kinds) if dice.chance(0.5))
        sung: dict[SingingStyle, float] = {
            name: odds for name, odds in plan.genre.vocals.styles.items() if name != "rap"
        } or {"plain": 1.0}
        shares = ((style, kinds - second), (dice.weighted(sung), second))
        leads = [write_lead(plan, share_style, share, dice) for share_style, share in shares if share]
        if sum(_sung_seconds(plan, lead) for lead in leads) < LEAST_SUNG * plan.duration_seconds:
            leads = [write_lead(plan, style, frozenset(section.kind for section in plan.sections), dice)]
        return [lead for lead in leads if lead.phrases] or leads[:1]

    def _chords(self, part: VocalPart, voices: int, style: SingingStyle) -> list[VocalLine]:
        return [self._line(part, style, phrases) for phrases in backing(self.plan, voices, self.dice)]

    def _choir(self, main: LeadVoice) -> list[VocalLine]:
        """Return a group that holds the chords or sings the lead's words."""
        style: SingingStyle = self.dice.weighted({"plain": 3, "belted": 2})
        if self.dice.chance(0.5):
            return self._chords("choir", self.dice.whole(3, 4), style)
        return [self._line("choir", style, phrases) for phrases in stack(self.plan, main, self.dice)]

    def _gang(self, main: LeadVoice) -> list[VocalLine]:
        style = self.dice.pick((main.style, "shouted", "belted"))
        return [self._line("backing", style, phrases) for phrases in stack(self.plan, main, self.dice)]

    def _answers(self, main: LeadVoice) -> list[VocalLine]:
        said = answers(self.plan, main, self.dice)
        style = self.dice.pick((main.style, "plain", "shouted"))
        return [self._line("backing", style, said) for _ in range(self.dice.pick((1, 1, 2)))]

    def _singer(self, style: SingingStyle) -> Singer:
        return draw_singer(self.plan, style, draw_range(style, self.dice), self.dice)

    def _other_singer(self, main: LeadVoice) -> Singer:
        """Return the lead singer a little higher, or somebody else."""
        return main.singer if self.dice.chance(0.6) else self._singer(main.style)

    def _line(self, part: VocalPart, style: SingingStyle, phrases: list[Phrase]) -> VocalLine:
        """Perform the phrases, each cut before the next starts."""
        dice = self.dice
        spread = 0.0 if style == "tuned" and dice.chance(0.5) else dice.between(0.0, LARGEST_SPREAD_SECONDS)
        feel = Feel(spread, dice.between(-0.01, 0.035), 0.05)
        stage = Stage(self.plan.grid, self.plan.duration_seconds, feel, dice)
        sung: list[tuple[Note, ...]] = []
        for phrase in reversed(phrases):
            limit = sung[-1][0].start_seconds if sung else self.plan.duration_seconds
            if notes := _ended_by(limit, stage.perform_phrase(phrase)):
                sung.append(notes)
        return VocalLine(part, style, tuple(reversed(sung)))


def _heard(lines: list[VocalLine]) -> tuple[VocalLine, ...]:
    """Return the first lines in which anything is sung."""
    return tuple(line for line in lines if line.phrases)[:MOST_VOICES]


def _ended_by(limit_seconds: float, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Return the notes of a phrase that start clearly before a time, none going on beyond it."""
    return tuple(
        replace(note, end_seconds=min(note.end_seconds, limit_seconds))
        for note in notes
        if note.start_seconds < limit_seconds - SHORTEST_SUNG_SECONDS
    )


def _sung_seconds(plan: SongPlan, lead: LeadVoice) -> float:
    """Return for how long a voice sounds between the start and the end of the song."""
    times = [(plan.grid.seconds(note.start), plan.grid.seconds(note.end)) for phrase in lead.phrases for note in phrase]
    return sum(max(0.0, min(end, plan.duration_seconds) - max(start, 0.0)) for start, end in times)
