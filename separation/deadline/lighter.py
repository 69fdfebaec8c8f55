"""A lighter form of a separator, on the same networks in memory: one pass instead of several, the fewest members.

Of a bag or a blend, members are left out from the one that counts least, as long as every stem keeps one; what is left
counts for as much as all did. A form that would be the same is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from separation.blend import Blend
from separation.blend_members import BlendMember
from separation.engine import Engine
from separation.separator import Separator


def lighter_form(separator: Separator) -> Separator | None:
    """Return a separator that does less work, or None where there is none."""
    if isinstance(separator, Engine):
        return _lighter_engine(separator)
    if isinstance(separator, Blend):
        return _lighter_blend(separator)
    return None


def fewest_members(weights: Sequence[Mapping[str, float]]) -> list[int]:
    """Return which members suffice so that no stem is without one, in their order.

    Args:
        weights: Of each member: stem -> weight; 0 or no name is no say.
    """
    by_say = sorted(range(len(weights)), key=lambda place: sum(abs(weight) for weight in weights[place].values()))
    kept = list(range(len(weights)))
    needed = {stem for member in weights for stem, weight in member.items() if weight}
    for place in by_say:
        others = {stem for other in kept if other != place for stem, weight in weights[other].items() if weight}
        if needed <= others:
            kept.remove(place)
    return kept


def _lighter_engine(engine: Engine) -> Engine | None:
    kept = fewest_members([member.stem_weights for member in engine.bag.members])
    settings = replace(engine.settings, shifts=0, flip_polarity=False, swap_channels=False)
    if settings == engine.settings and len(kept) == len(engine.bag.members):
        return None
    bag = replace(engine.bag, members=tuple(engine.bag.members[place] for place in kept))
    return Engine(bag, settings)


def _lighter_blend(blend: Blend) -> Blend | None:
    kept = fewest_members([member.weights for member in blend.members])
    lighter = [lighter_form(blend.members[place].separator) for place in kept]
    if len(kept) == len(blend.members) and not any(lighter):
        return None
    factors = {
        stem: _total(blend.members, range(len(blend.members)), stem) / (_total(blend.members, kept, stem) or 1.0)
        for stem in blend.stems
    }
    members = [
        BlendMember(
            form or blend.members[place].separator,
            {stem: weight * factors[stem] for stem, weight in blend.members[place].weights.items()},
        )
        for place, form in zip(kept, lighter, strict=True)
    ]
    return Blend(members, blend.stems, blend.finish)


def _total(members: Sequence[BlendMember], places: Sequence[int], stem: str) -> float:
    return sum(members[place].weights.get(stem, 0.0) for place in places)
