"""A search is the same from the same seed, with or without a stop, and its scores are those of the oracles."""

import math

import pytest

from evaluator.known_songs import find_songs
from oracles.definitions import KIT
from oracles.errors import OracleError
from oracles.search.run import run_search
from oracles.search.songs import SearchSongs
from oracles.search.space import SearchSpace
from oracles.study import StudyPlan, run_study
from oracles.summary import of_all
from oracles.transform_names import read_transform
from studies.errors import StudyError
from tests.oracles.search.search_cases import history, request_for

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def tracks(two_songs, make_track):
    """Two songs, one of them without vocals."""
    make_track(two_songs / "Alpha", silent=("vocals",), seed=3)
    return find_songs([two_songs])


def test_two_searches_from_one_seed_are_equal_and_one_that_was_stopped_equals_them(tracks, tmp_path):
    whole = history(tmp_path / "whole.db", request_for(tracks), 7)
    assert whole == history(tmp_path / "again.db", request_for(tracks), 7)
    assert whole[:3] == history(tmp_path / "left.db", request_for(tracks), 3)
    assert whole == history(tmp_path / "left.db", request_for(tracks), 7)
    assert len({name for name, _ in whole}) == 7
    assert whole[:2] != history(tmp_path / "other.db", request_for(tracks, seed=1), 2)


def test_tpe_goes_on_as_without_a_stop_and_keeps_the_bounds(tracks, tmp_path):
    space = SearchSpace(scales=("bark", "mel"), bands=(10, 60), max_slice_samples=2048)
    request = request_for(tracks[:1], sampler="tpe", space=space)
    history(tmp_path / "left.db", request, 11)
    left = run_search(request, tmp_path / "left.db", 16)
    whole = run_search(request, tmp_path / "whole.db", 16)
    assert left.candidates == whole.candidates
    assert all(one.slice_samples <= 2048 for one in whole.candidates)
    assert len(whole.candidates) == 16
    random = history(tmp_path / "random.db", request_for(tracks[:1], space=space), 12)
    assert random[:10] == [(one.transform, one.scores) for one in whole.candidates[:10]]
    assert random[10:] != [(one.transform, one.scores) for one in whole.candidates[10:12]]


def test_a_trial_scores_as_the_oracle_does_on_the_same_songs(tracks, tmp_path):
    outcome = run_search(request_for(tracks, oracle="irm1", mixture="sum"), tmp_path / "study.db", 2)
    one = outcome.candidates[1]
    names = [one.option, "stft-4096", "slicq-bark-262-32.9"]
    plan = StudyPlan("kit", KIT.find(["irm1"]), [read_transform(name, KIT) for name in names], "sum")
    found = [of_all(scores) for scores in run_study(tracks, plan).scores.values()]
    assert found == [one.scores, *outcome.references.values()]
    assert list(outcome.references) == ["STFT 4096", "sliCQ bark 262 32.9"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"oracle": "irm1"}, "the oracle that it began with: mpi. Got irm1"),
        ({"mixture": "sum"}, "the mixture that it began with: file. Got sum"),
        (
            {"space": SearchSpace(bands=(10, 50), max_slice_samples=4096)},
            "the bands that it began with: 10, 40. Got 10",
        ),
        ({"seed": 5}, "the seed that it began with: 0. Got 5"),
    ],
)
def test_a_study_refuses_what_would_not_be_comparable(tracks, tmp_path, changes, complaint):
    path = tmp_path / "study.db"
    run_search(request_for(tracks), path, 1)
    with pytest.raises(StudyError, match=complaint):
        run_search(request_for(tracks, **changes), path, 2)


def test_a_study_refuses_other_songs_even_of_the_same_name(tracks, two_songs, make_track, tmp_path):
    run_search(request_for(tracks), tmp_path / "study.db", 1)
    make_track(two_songs / "Alpha", seed=9)
    with pytest.raises(StudyError, match=r"the songs that it began with: Alpha \(\w{16}\), Jokers"):
        run_search(request_for(tracks), tmp_path / "study.db", 1)


def test_silent_stems_have_no_best_and_silent_songs_are_refused(tmp_path, make_track):
    make_track(tmp_path / "songs" / "quiet", silent=("vocals",))
    outcome = run_search(request_for(find_songs([tmp_path / "songs"])), tmp_path / "study.db", 1)
    assert outcome.best_of("vocals") is None
    assert math.isnan(outcome.candidates[0].scores["vocals"])
    make_track(tmp_path / "songs" / "quiet", silent=("bass", "drums", "other", "vocals"))
    with pytest.raises(OracleError, match="must have stems that sound. Got silence in all of quiet"):
        run_search(request_for(find_songs([tmp_path / "songs"])), tmp_path / "silent.db", 1)


def test_an_excerpt_is_the_middle_of_each_song_and_songs_that_are_long_are_read_again(tracks, monkeypatch):
    whole = dict(SearchSongs(tracks))
    short = dict(SearchSongs(tracks, excerpt_seconds=0.05))
    assert short["Alpha"].mixture.shape == (2, 2205)
    assert short["Alpha"].references["drums"].equal(whole["Alpha"].references["drums"][:, 1102:3307])
    assert dict(SearchSongs(tracks, excerpt_seconds=9))["Alpha"].mixture.equal(whole["Alpha"].mixture)
    reads = []
    monkeypatch.setattr("oracles.search.songs.KEPT_BYTES", 5 * 2 * 4 * 4410)
    monkeypatch.setattr("oracles.search.songs.load_song", lambda track: reads.append(track.name) or whole[track.name])
    songs = SearchSongs(tracks)
    for _ in range(3):
        assert [name for name, _ in songs] == songs.names
    assert reads == ["Alpha", *["Jokers, Jacks & Kings"] * 3]
    with pytest.raises(OracleError, match="An excerpt must last more than 0 seconds. Got 0"):
        SearchSongs(tracks, 0)
