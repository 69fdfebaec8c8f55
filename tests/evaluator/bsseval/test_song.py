"""A song's scores are those of museval's `eval_mus_track`; one scorer serves several systems."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from audio import SAMPLE_RATE, STEMS, read_audio
from audio.sample_tracks import write_sample_tracks
from audio.stems import ACCOMPANIMENT
from evaluator.bsseval import BSSEvalSettings, SongScorer
from evaluator.frame_scores import METRICS, read_frame_scores, write_frame_scores

SHORT = BSSEvalSettings(4_410, 4_410, 16)


def made_up(samples=20_000):
    """References and the estimates of two systems, stem -> (channels, samples)."""
    generator = torch.Generator().manual_seed(0)
    references = {stem: torch.randn(2, samples, generator=generator) for stem in STEMS}
    mixture = torch.stack(list(references.values())).sum(dim=0)
    return references, *({stem: share * mixture + x for stem, x in references.items()} for share in (0.1, 0.4))


def assert_same(scores, expected, tolerance_db=1e-6):
    assert set(scores.targets) == set(expected.targets)
    for target, by_metric in expected.targets.items():
        for metric, values in by_metric.items():
            np.testing.assert_allclose(scores.targets[target][metric], values, rtol=0, atol=tolerance_db)


@pytest.mark.slow
def test_the_real_song_has_the_scores_and_the_file_that_museval_gives_it(tmp_path, museval):
    song = write_sample_tracks(tmp_path / "songs")[0]
    references = {stem: read_audio(song / f"{stem}.wav").samples[:, : 2 * SAMPLE_RATE] for stem in STEMS}
    mixture = torch.stack(list(references.values())).sum(dim=0)
    estimates = {stem: torch.tanh(0.7 * x + 0.1 * mixture) for stem, x in references.items()}
    write_frame_scores(SongScorer(references).score(estimates), tmp_path / "ours.json")

    arrays = [{stem: x.double().numpy().T for stem, x in stems.items()} for stems in (references, estimates)]
    for stems in arrays:
        stems[ACCOMPANIMENT] = sum(x for stem, x in stems.items() if stem != "vocals")
    targets = {name: SimpleNamespace(audio=x) for name, x in arrays[0].items()}
    track = SimpleNamespace(targets=targets, name="Song", subset="test", rate=SAMPLE_RATE)
    museval.eval_mus_track(track, arrays[1], output_dir=tmp_path)
    # Both files hold five decimals; what rounds differently is apart by one unit of the last.
    assert_same(read_frame_scores(tmp_path / "ours.json"), read_frame_scores(tmp_path / "test" / "Song.json"), 1.01e-5)


def test_a_scorer_gives_every_system_the_scores_that_a_scorer_of_its_own_gives():
    references, first, second = made_up()
    scorer = SongScorer(references, SHORT)
    for estimates in (first, second, first):
        assert_same(scorer.score(estimates), SongScorer(references, SHORT).score(estimates), 1e-9)


def test_sdr_alone_is_the_sdr_of_all_scores_and_nan_in_the_same_frames():
    references, estimates, _ = made_up()
    references["drums"][:, 4_410:8_820] = 0.0
    estimates["vocals"][:, :4_410] = 0.0
    scorer = SongScorer(references, SHORT)
    every, alone = scorer.score(estimates), scorer.sdr(estimates)
    assert set(alone.targets) == set(every.targets) == {*STEMS, ACCOMPANIMENT}
    for target, by_metric in alone.targets.items():
        assert list(by_metric) == ["SDR"]
        np.testing.assert_allclose(by_metric["SDR"], every.targets[target]["SDR"], atol=1e-9)
    assert np.isnan(alone.targets["bass"]["SDR"]).tolist() == [True, True, False, False]
    # The drums are a part of the accompaniment, which goes on without them.
    assert np.isnan(alone.targets["vocals"]["SDR"]).tolist() == [True, False, False, False]


def test_a_stem_that_is_silent_throughout_is_left_out_and_the_others_are_scored_without_it():
    references, estimates, _ = made_up()
    silent = {**references, "bass": torch.zeros_like(references["bass"])}
    scores = SongScorer(silent, SHORT).score(estimates)
    assert np.isnan([scores.targets["bass"][metric] for metric in METRICS]).all()
    without = [{stem: x for stem, x in stems.items() if stem != "bass"} for stems in (references, estimates)]
    expected = SongScorer(without[0], SHORT).score(without[1])
    for target in expected.targets:
        np.testing.assert_allclose(scores.targets[target]["SIR"], expected.targets[target]["SIR"], atol=1e-9)


def test_an_instrumental_has_no_scores_of_vocals_and_no_accompaniment():
    references, estimates, _ = made_up()
    scores = SongScorer({**references, "vocals": torch.zeros(2, 20_000)}, SHORT).score(estimates)
    assert ACCOMPANIMENT not in scores.targets
    assert np.isnan(scores.targets["vocals"]["SDR"]).all()
    assert np.isfinite(scores.targets["drums"]["SDR"]).all()


def test_an_estimate_that_is_silent_throughout_leaves_no_scores_of_its_passes():
    references, estimates, _ = made_up()
    scores = SongScorer(references, SHORT).score({**estimates, "vocals": torch.zeros(2, 20_000)})
    assert all(np.isnan(values).all() for by_metric in scores.targets.values() for values in by_metric.values())


def test_stems_that_cancel_each_other_make_a_silent_accompaniment_and_keep_their_own_scores():
    references, estimates, _ = made_up()
    drums = references["drums"]
    references |= {"bass": torch.zeros_like(drums), "other": -drums}
    scores = SongScorer(references, SHORT).score(estimates)
    assert np.isnan([scores.targets[target]["SIR"] for target in ("vocals", ACCOMPANIMENT)]).all()
    assert np.isfinite([scores.targets[target]["SDR"] for target in ("drums", "other")]).all()


def test_the_output_of_a_model_in_training_is_scored():
    references, estimates, _ = made_up()
    expected = SongScorer(references, SHORT).score(estimates)
    tracked = {stem: x.clone().requires_grad_() for stem, x in estimates.items()}
    assert_same(SongScorer(references, SHORT).score(tracked), expected, 1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vocals": torch.zeros(2, 19_999)}, r"the same for all stems.*Got .*\(2, 19999\)"),
        ({"piano": torch.zeros(2, 20_000)}, "Got .*'piano'"),
        ({"vocals": torch.full((2, 20_000), torch.nan)}, "Every estimate must hold finite samples. Got 'vocals'"),
    ],
)
def test_estimates_that_do_not_fit_are_refused(change, message):
    references, estimates, _ = made_up()
    scorer = SongScorer(references, SHORT)
    for score in (scorer.score, scorer.sdr):
        with pytest.raises(ValueError, match=message):
            score({**estimates, **change})


def test_a_song_of_silence_is_refused():
    with pytest.raises(ValueError, match="must have a true stem that sounds. Got bass, drums, other, vocals"):
        SongScorer({stem: torch.zeros(2, 100) for stem in STEMS})
