"""Fit the weights of all stems, and score them beside what needs no fit, also on songs that were left out of the fit.

A fit to few songs learns these songs. So each song is left out in turn, the weights are fitted to the others, and the
song is scored with them: the mean of these scores is what the blend can be expected to reach on other songs (Stone,
"Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B 36,
1974). A song in which a stem is silent tells nothing of the stem: it is left out for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from audio import KitError
from evaluator.aggregation import ScoreMatrix
from evaluator.blend_fit.products import StemProducts
from evaluator.blend_fit.solving import WeightRules, fit_weights, plain_weights

BEST, EQUAL, FITTED, LEFT_OUT = "best of each stem", "equal weights", "fitted", "leave-one-out"
FEWEST_SONGS = 2
"""With which something can be left out."""


class FitError(KitError):
    """Weights that cannot be fitted: to these songs, or of these members."""


@dataclass(frozen=True)
class MeasuredSongs:
    """What members gave on songs with known stems."""

    songs: tuple[str, ...]
    members: tuple[str, ...]
    """Their titles."""
    givers: Mapping[str, tuple[int, ...]]
    """Stem -> which of the members give it, in the order of their estimates in the products."""
    products: Mapping[str, StemProducts]
    """Stem -> products of all songs."""
    bands_hz: tuple[float, ...] = ()
    """Where the estimates were cut into bands."""

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems that some member gives."""
        return tuple(self.givers)

    def silent_songs(self, stem: str) -> list[str]:
        """Return the songs in which a true stem is silent."""
        energies = self.products[stem].energies
        return [song for song, energy in zip(self.songs, energies, strict=True) if energy == 0]


@dataclass(frozen=True)
class BlendFit:
    """Fitted weights, and scores."""

    measured: MeasuredSongs
    rules: WeightRules
    weights: Mapping[str, np.ndarray]
    """Stem -> shape (members, bands); 0 for members that do not give the stem."""
    scores: Mapping[str, ScoreMatrix]
    """Each member by its title, then BEST, EQUAL, FITTED and LEFT_OUT -> MDX SDR; NaN where the true stem is silent,
    where a member does not give the stem, and where nothing could be left out."""


def fit_blend(measured: MeasuredSongs, *, non_negative: bool = True, sum_to_one: bool = False) -> BlendFit:
    """Fit the weights of every stem.

    Args:
        measured: The songs.
        non_negative: No weight may be below 0.
        sum_to_one: The weights of a stem (of each of its bands) must sum to one.

    Raises:
        FitError: A stem is silent in all songs.
    """
    rules = WeightRules(non_negative, sum_to_one, 1 + len(measured.bands_hz))
    fits = {stem: _fit_stem(measured, stem, rules) for stem in measured.stems}
    silence = np.full(len(measured.songs), np.nan)
    scores = {
        name: ScoreMatrix(
            measured.songs,
            measured.stems,
            np.stack([rows.get(name, silence) for _, rows in fits.values()], axis=1),
        )
        for name in (*measured.members, BEST, EQUAL, FITTED, LEFT_OUT)
    }
    return BlendFit(measured, rules, {stem: weights for stem, (weights, _) in fits.items()}, scores)


def leave_one_out(products: StemProducts, rules: WeightRules) -> np.ndarray:
    """Score each song with the weights that are fitted to all others.

    Returns:
        Decibels, shape (songs,); NaN with fewer than FEWEST_SONGS songs.
    """
    songs = len(products.energies)
    if songs < FEWEST_SONGS:
        return np.full(songs, np.nan)
    scores = np.empty(songs)
    for song in range(songs):
        others = np.arange(songs) != song
        weights = fit_weights(products.chosen(others), rules).reshape(-1)
        scores[song] = products.chosen(~others).mean_decibels(weights)
    return scores


def _fit_stem(measured: MeasuredSongs, stem: str, rules: WeightRules) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the weights of a stem, shape (members, bands), and its scores by system, shape (songs,) each."""
    heard = measured.products[stem].energies > 0
    if not heard.any():
        raise FitError(
            f"To fit its weights, a stem must sound in at least one song. Got '{stem}', which is silent in "
            f"{', '.join(measured.songs)}. Add a song in which it sounds."
        )
    givers = list(measured.givers[stem])
    products = measured.products[stem].chosen(heard)
    fitted = fit_weights(products, rules)
    weights = np.zeros((len(measured.members), rules.bands))
    weights[givers] = fitted
    rows = np.full((len(givers) + 4, len(heard)), np.nan)
    rows[:, heard] = _score_systems(products, rules, fitted)
    names = [*(measured.members[giver] for giver in givers), BEST, EQUAL, FITTED, LEFT_OUT]
    return weights, dict(zip(names, rows, strict=True))


def _score_systems(products: StemProducts, rules: WeightRules, fitted: np.ndarray) -> np.ndarray:
    """Score the members, the best of them, equal weights, fitted weights and songs left out, in rows over songs."""
    *alone, equal = (products.decibels(row) for row in plain_weights(rules.members(products), rules.bands))
    best = max(alone, key=np.mean)
    return np.stack([*alone, best, equal, products.decibels(fitted.reshape(-1)), leave_one_out(products, rules)])
