"""Oracles on songs: every oracle with every transform separates every song, and is scored as a separator would be.

A song that cannot be separated is left out, and the others count.

One song is in memory at a time, with its coefficients in one transform: about 6.5 GB for four minutes of stereo.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from audio import STEMS, KitError, Stems
from evaluator.bsseval import SongScorer
from evaluator.frame_scores import METRICS
from evaluator.known_songs import KnownSong, load_song
from evaluator.metric_catalogue import BSSEVAL, MDX_SDR, Metric
from evaluator.metrics import sdr
from evaluator.results import with_mean
from evaluator.scoring import SongScore
from evaluator.tracks import Track, one_at_a_time
from oracles.bins import Estimate
from oracles.transform import InvertibleTransform

MixtureSource = Literal["file", "sum"]
"""Where a mixture is from: its file, which may differ from the stems' sum by mastering or a codec, or that sum."""

logger = logging.getLogger(__name__)


class System(NamedTuple):
    """One way to separate."""

    oracle: str
    transform: str


@dataclass(frozen=True)
class StudyPlan:
    """What is compared on which mixtures with which metrics."""

    definitions: str
    """Name of the definitions that the oracles are of."""
    oracles: Mapping[str, Estimate]
    """Name -> oracle."""
    transforms: Sequence[InvertibleTransform]
    """With different names."""
    mixture: MixtureSource = "file"
    bss_eval: bool = False
    """Whether BSSEval's scores are computed beside MDX SDR."""

    @property
    def systems(self) -> list[System]:
        """All that is compared, in the order of tables."""
        return [System(oracle, transform.name) for transform in self.transforms for oracle in self.oracles]

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is computed, MDX SDR first."""
        return (MDX_SDR, *BSSEVAL.values()) if self.bss_eval else (MDX_SDR,)


@dataclass(frozen=True)
class Study:
    """What a plan gave."""

    plan: StudyPlan
    scores: Mapping[System, Sequence[SongScore]]
    """For each system the songs, in one order."""
    without_mixture_file: Sequence[str] = ()
    """Songs whose mixture is the sum of the stems, although the plan asks for files: they have none."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Songs that could not be separated, and why."""


def run_study(
    tracks: Sequence[Track],
    plan: StudyPlan,
    on_system: Callable[[str], None] = lambda song: None,
    on_song: Callable[[Study], object] = lambda study: None,
) -> Study:
    """Separate and score songs; one that cannot be is left out with a warning.

    Args:
        tracks: Songs with all true stems; at least one.
        plan: What to compare.
        on_system: Called with the name of a song that one more system has separated.
        on_song: Called after each song with the study of all songs so far.

    Raises:
        KitError: No song could be separated; the error is that of the first.
    """
    study = Study(plan, dict.fromkeys(plan.systems, ()))
    failures: list[KitError] = []
    for track in one_at_a_time(tracks):
        try:
            study = _with_song(study, track, on_system)
        except KitError as error:
            failures.append(error)
            logger.warning("Left out '%s': %s", track.name, error)
            study = replace(study, left_out={**study.left_out, track.name: str(error)})
        else:
            on_song(study)
    if len(failures) == len(tracks):
        raise failures[0]
    return study


def _with_song(study: Study, track: Track, on_system: Callable[[str], None]) -> Study:
    """Return a study with one more song."""
    scores = dict(study.scores)
    for system, score in score_song(track.name, load_song(track), study.plan):
        scores[system] = (*scores[system], score)
        on_system(track.name)
    summed = [track.name] if study.plan.mixture == "file" and not track.has_mixture else []
    return replace(study, scores=scores, without_mixture_file=(*study.without_mixture_file, *summed))


def score_song(name: str, song: KnownSong, plan: StudyPlan) -> Iterator[tuple[System, SongScore]]:
    """Separate one song with every system of a plan, and yield what each scores."""
    score = _Scoring(name, song, plan)
    mixture = mixture_of(song, plan.mixture)
    for transform in plan.transforms:
        for oracle, stems in separations(plan.oracles, transform, song.references, mixture):
            yield System(oracle, transform.name), score(stems)


def mixture_of(song: KnownSong, source: MixtureSource) -> Tensor:
    """Return a song's mixture, shape (channels, samples); without a file it is the sum of the stems."""
    return song.mixture if source == "file" else torch.stack(list(song.references.values())).sum(dim=0)


def separations(
    oracles: Mapping[str, Estimate], transform: InvertibleTransform, references: Stems, mixture: Tensor
) -> Iterator[tuple[str, Stems]]:
    """Yield each oracle's name and its estimates of a song; the coefficients are computed once for all of them.

    Args:
        oracles: Name -> oracle.
        transform: Where the oracles work.
        references: Stem -> true samples, shape (channels, samples).
        mixture: Shape (channels, samples).
    """
    # Stem by stem, here and in the synthesis: a transform needs several times the memory of its result.
    of_stems = [transform.analyse(samples) for samples in references.values()]
    sources = [torch.stack(blocks) for blocks in zip(*of_stems, strict=True)]
    del of_stems
    mixed = transform.analyse(mixture)
    for name, oracle in oracles.items():
        sounds = _estimated(oracle, transform, list(zip(sources, mixed, strict=True)), mixture.shape[-1])
        yield name, dict(zip(references, sounds, strict=True))


def _estimated(
    oracle: Estimate, transform: InvertibleTransform, blocks: Sequence[tuple[Tensor, Tensor]], samples: int
) -> list[Tensor]:
    """Return the sound of each stem; blocks are pairs of sources and mixture."""
    estimates = [oracle(sources, mixed) for sources, mixed in blocks]
    stems = range(len(estimates[0]))
    return [transform.synthesise([block[stem] for block in estimates], samples) for stem in stems]


class _Scoring:
    """Scores systems on one song: what depends on the true stems alone is computed once."""

    def __init__(self, name: str, song: KnownSong, plan: StudyPlan) -> None:
        self._name, self._references = name, song.references
        self._silent = [stem for stem in STEMS if not song.references[stem].any()]
        wanted = plan.bss_eval and len(self._silent) < len(STEMS)
        self._scorer = SongScorer(song.references, sample_rate=song.sample_rate) if wanted else None
        self._metrics = plan.metrics

    def __call__(self, estimates: Stems) -> SongScore:
        frames = None if self._scorer is None else self._scorer.score(estimates)
        medians = {} if frames is None else frames.medians()
        others = {
            BSSEVAL[part].name: {target: by_part[part] for target, by_part in medians.items()}
            for part in METRICS
            if BSSEVAL[part] in self._metrics
        }
        return SongScore(self._name, with_mean(sdr(self._references, estimates)), self._silent, others, frames)
