"""From a request to what was found: the references, and as many trials as were asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna

from evaluator.score_files import null_for_nan
from oracles.search.outcome import Candidate, Outcome, read_candidates, read_importances, scores_of
from oracles.search.request import Scores, SearchRequest
from oracles.search.trials import SearchTrial
from oracles.transform_names import read_transform
from studies.filling import Filling, fill_study
from studies.storage import StudyKind, open_study

KIND = StudyKind("mdx oracle search", ("maximize",))
REFERENCES = ("stft-4096", "slicq-bark-262-32.9")
"""What the candidates are compared with: the STFT of Open-Unmix first, and the sliCQ that was found by others."""
_KEPT_REFERENCES = "references"

OnCandidate = Callable[[Candidate], None]


def run_search(
    request: SearchRequest, path: Path, trials: int, on_candidate: OnCandidate = lambda candidate: None
) -> Outcome:
    """Begin a study or go on with it until it holds so many trials.

    Args:
        request: What is searched for; a study remembers it.
        path: The SQLite file.
        trials: How many it shall hold, those of earlier runs included.
        on_candidate: Called after each trial, and at the beginning for each that was there.

    Raises:
        StudyError: The study is of another request, or the file is none.
        OracleError: The songs are silent.
        AudioError: A song cannot be read.
        OSError: The study cannot be written.
    """
    asked = request.identity()
    study = open_study(path, KIND, asked)
    references = _references(study, request)
    for candidate in read_candidates(study):
        on_candidate(candidate)
    trial = SearchTrial(request)
    fill_study(study, trial, Filling(trials, trial.sampler_of), lambda done: on_candidate(Candidate.of_trial(done)))
    return Outcome(asked, tuple(read_candidates(study)), references, read_importances(study))


def _references(study: optuna.Study, request: SearchRequest) -> dict[str, Scores]:
    """Return the scores of the references by their names in tables; they are computed once for a study."""
    kept = study.user_attrs.get(_KEPT_REFERENCES)
    if kept is None:
        transforms = [read_transform(name, request.definitions) for name in REFERENCES]
        kept = {transform.name: null_for_nan(request.score(transform)) for transform in transforms}
        study.set_user_attr(_KEPT_REFERENCES, kept)
    return {name: scores_of(scores) for name, scores in kept.items()}
