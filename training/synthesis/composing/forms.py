"""Draw the form of a song: its sections, one after another, from the first bar to the last."""

from __future__ import annotations

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.genre import Genre
from training.synthesis.composing.plan import PlannedSection
from training.synthesis.composing.section_kinds import FORMS, SECTION_KINDS

MIDDLE_INTENSITY = 0.65
"""Where sections of songs with little contrast meet."""


def draw_form(genre: Genre, needed_bars: int, dice: Dice) -> list[PlannedSection]:
    """Draw a form that is long enough; its inner sections return where one pass is too short.

    Args:
        genre: Says which forms are likely.
        needed_bars: Fewest bars.
        dice: Source of chance.
    """
    names = _section_names(FORMS[dice.weighted(genre.forms)], dice)
    bars = {name: dice.weighted(SECTION_KINDS[name].bars) for name in sorted(set(names))}
    contrast = dice.between(0.5, 1.0)
    form: list[PlannedSection] = []
    first_bar = 0
    inner = names[1:-1] or names
    queue = list(names)
    while queue or first_bar < needed_bars:
        queue = queue or list(inner)
        name = queue.pop(0)
        intensity = MIDDLE_INTENSITY + contrast * (dice.between(*SECTION_KINDS[name].intensity) - MIDDLE_INTENSITY)
        form.append(PlannedSection(name, first_bar, bars[name], intensity, queue[0] if queue else inner[0]))
        first_bar += bars[name]
    return form


def _section_names(template: tuple[str, ...], dice: Dice) -> list[str]:
    optional = {name: dice.chance(0.5) for name in template if name.endswith("?")}
    chosen = {name: dice.pick(name.split("|")) for name in template if "|" in name}
    return [chosen.get(name, name.rstrip("?")) for name in template if optional.get(name, True)]
