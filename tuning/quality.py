"""How good a candidate is: its MDX SDR on songs, from estimates of its models that are kept.

A model is run only where its estimates with these settings are not kept yet; settings that change no sample do not
count. A blend of models that ran before is computed from their estimates, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audio.stems import SAMPLE_RATE, STEMS
from evaluator.metrics import sdr
from separation.at_rate import separate_at_rate
from separation.blend import Blend
from separation.blend_finish import BlendFinish
from separation.blend_members import BlendMember
from separation.cached_separator import CachedSeparator
from separation.factory import resolve_device
from separation.plan import Plan
from separation.prediction_cache import PredictionCache
from separation.separator import Separator
from tuning.songs import TuningSong

SAMPLES_STAY = frozenset({"batch_chunks"})
"""Settings that change the speed alone."""


@dataclass(frozen=True)
class Quality:
    """MDX SDR in dB. A stem that is silent in a song says only how much leaked: it is left out of the means."""

    sdr: float
    """Mean over the songs of the mean of their stems."""
    stems: dict[str, float]
    """Mean over the songs in which the stem sounds."""
    songs: dict[str, float]
    """Mean of the stems that sound."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, fit for JSON."""
        return asdict(self)


Score = Callable[[Plan], Quality]


def score_plan(plan: Plan, songs: Sequence[TuningSong], cache: PredictionCache | None = None) -> Quality:
    """Separate songs and score the stems.

    Args:
        plan: What separates.
        songs: At least one in which a stem sounds.
        cache: Where estimates are kept; None is the user's.

    Raises:
        AudioError: A song is unreadable.
        ModelError: A model cannot be built here.
    """
    separator = kept_separator(plan, cache)
    by_song: dict[str, dict[str, float]] = {}
    for song in songs:
        mixture, references = song.read()
        sounding = {stem: sound for stem, sound in references.items() if bool(sound.any())}
        estimates = separate_at_rate(separator, mixture, SAMPLE_RATE)
        by_song[song.name] = sdr(sounding, {stem: estimates[stem] for stem in sounding})
    means = {name: _mean(list(scores.values())) for name, scores in by_song.items() if scores}
    columns = {stem: [scores[stem] for scores in by_song.values() if stem in scores] for stem in STEMS}
    return Quality(
        sdr=_mean(list(means.values())),
        stems={stem: _mean(column) for stem, column in columns.items() if column},
        songs=means,
    )


def kept_separator(plan: Plan, cache: PredictionCache | None = None) -> Separator:
    """Return a plan's separator, whose models run only where their estimates are not kept.

    Raises:
        UnknownModelError: No model has a planned name.
        BlendError: The blend cannot be made.
    """
    if plan.blend is None:
        return _kept_model(plan, str(plan.model), plan.settings, cache)
    members = [
        BlendMember(_kept_model(plan, member.model, member.settings, cache), member.stem_weights())
        for member in plan.blend.members
        if member.counts()
    ]
    finish = BlendFinish(
        plan.blend.wiener_iterations,
        plan.blend.residual,
        plan.blend.mixture_consistency,
        resolve_device(plan.device),
    )
    return Blend(members, plan.blend.stems(), finish)


def _kept_model(plan: Plan, model: str, settings: dict[str, Any], cache: PredictionCache | None) -> CachedSeparator:
    counting = {key: value for key, value in settings.items() if key not in SAMPLES_STAY}
    return CachedSeparator(plan.model_copy(update={"model": model, "settings": counting, "blend": None}), cache)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
