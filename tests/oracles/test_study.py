"""A study separates every song with every oracle and transform, block by block, and scores it as the challenge does."""

import math
from dataclasses import dataclass, replace

import pytest
import torch

from audio import SAMPLE_RATE, STEMS, AudioError, read_audio, write_audio
from evaluator.known_songs import find_songs, load_song
from evaluator.metric_catalogue import BSSEVAL
from evaluator.metrics import sdr
from oracles.definitions import KIT
from oracles.study import StudyPlan, System, mixture_of, run_study, separations
from oracles.summary import of_all, of_song, over_songs
from oracles.transform import HannSTFT
from tests.oracles.cases import LoudnessScorer, short_song


@dataclass(frozen=True)
class Halved:
    """A transform of two blocks, which are the lower and upper frequencies of another."""

    whole: HannSTFT
    name: str = "halved"

    def analyse(self, sounds):
        (block,) = self.whole.analyse(sounds)
        return block[..., :100, :], block[..., 100:, :]

    def synthesise(self, blocks, samples):
        return self.whole.synthesise([torch.cat(list(blocks), dim=-2)], samples)


@pytest.fixture
def plan():
    return StudyPlan("kit", KIT.find(["irm1", "psm"]), [HannSTFT(1024), HannSTFT(2048)])


def test_blocks_of_a_transform_are_separated_each_by_itself():
    stems, mixture = short_song()
    whole = HannSTFT(1024)
    halved = dict(separations(KIT.oracles, Halved(whole), stems, mixture))
    for name, expected in separations(KIT.oracles, whole, stems, mixture):
        for stem in STEMS:
            torch.testing.assert_close(halved[name][stem], expected[stem], rtol=0, atol=1e-6)


def test_a_study_scores_each_system_on_each_song(two_songs, plan):
    heard = []
    study = run_study(find_songs([two_songs]), plan, heard.append)
    assert heard == ["Alpha"] * 4 + ["Jokers, Jacks & Kings"] * 4
    assert list(study.scores) == [
        System(oracle, window) for window in ("STFT 1024", "STFT 2048") for oracle in ("irm1", "psm")
    ]
    song = load_song(find_songs([two_songs / "Alpha"])[0])
    for system, scores in study.scores.items():
        transform = HannSTFT(int(system.transform.split()[1]))
        ((_, estimates),) = separations(KIT.find([system.oracle]), transform, song.references, song.mixture)
        expected = sdr(song.references, estimates)
        assert {stem: scores[0].sdr[stem] for stem in STEMS} == expected
        assert scores[0].sdr["mean"] == pytest.approx(sum(expected.values()) / 4)


def test_the_mixture_is_the_file_or_the_sum_of_the_stems(two_songs):
    path = two_songs / "Alpha" / "mixture.wav"
    write_audio(path, read_audio(path).samples / 2, SAMPLE_RATE)
    song = load_song(find_songs([two_songs / "Alpha"])[0])
    total = torch.stack([song.references[stem] for stem in STEMS]).sum(dim=0)
    assert torch.equal(mixture_of(song, "file"), read_audio(path).samples)
    assert torch.equal(mixture_of(song, "sum"), total)
    scores = {}
    for source in ("file", "sum"):
        plan = StudyPlan("kit", KIT.find(["irm2"]), [HannSTFT(1024)], source)
        ((score,),) = run_study(find_songs([two_songs / "Alpha"]), plan).scores.values()
        scores[source] = score.sdr["mean"]
    assert scores["sum"] > scores["file"] + 0.3


def test_a_song_without_a_file_of_its_mixture_is_named_where_files_are_asked_for(two_songs, plan):
    (two_songs / "Alpha" / "mixture.wav").unlink()
    assert run_study(find_songs([two_songs]), plan).without_mixture_file == ("Alpha",)
    assert run_study(find_songs([two_songs]), replace(plan, mixture="sum")).without_mixture_file == ()


def test_a_damaged_song_is_left_out_and_all_others_are_told_as_they_finish(two_songs, plan, caplog):
    (two_songs / "Alpha" / "bass.wav").write_bytes(b"RIFF")
    finished = []
    study = run_study(find_songs([two_songs]), plan, on_song=finished.append)
    assert finished == [study]
    assert [[score.name for score in scores] for scores in study.scores.values()] == [["Jokers, Jacks & Kings"]] * 4
    assert list(study.left_out) == ["Alpha"]
    assert "Left out 'Alpha': " in caplog.text
    with pytest.raises(AudioError, match="bass.wav"):
        run_study(find_songs([two_songs / "Alpha"]), plan)


def test_silent_stems_are_left_out_of_all_means(two_songs, make_track, plan):
    make_track(two_songs / "Alpha", silent=("vocals", "bass"), seed=1)
    study = run_study(find_songs([two_songs]), plan)
    for scores in study.scores.values():
        song, whole, all_songs = of_song(scores[0]), of_song(scores[1]), of_all(scores)
        assert scores[0].silent_references == ["bass", "vocals"]
        assert math.isnan(song["vocals"])
        assert song["mean"] == pytest.approx((song["drums"] + song["other"]) / 2)
        assert all_songs["vocals"] == whole["vocals"]
        assert all_songs["drums"] == pytest.approx((song["drums"] + whole["drums"]) / 2)
        assert all_songs["mean"] == pytest.approx((song["mean"] + whole["mean"]) / 2)


def test_bsseval_is_scored_beside_and_a_silent_song_has_none(tmp_path, make_track, plan, monkeypatch):
    monkeypatch.setattr("oracles.study.SongScorer", LoudnessScorer)
    make_track(tmp_path / "songs" / "sounds")
    make_track(tmp_path / "songs" / "silent", silent=STEMS)
    study = run_study(find_songs([tmp_path / "songs"]), replace(plan, bss_eval=True))
    silent, sounds = study.scores[System("irm1", "STFT 1024")]
    assert silent.frames is None
    assert math.isnan(of_song(silent)["mean"])
    assert set(sounds.others) == {"bsseval-sdr", "bsseval-isr", "bsseval-sir", "bsseval-sar"}
    averages = over_songs(study, BSSEVAL["SIR"])[System("irm1", "STFT 1024")]
    assert averages["vocals"] == sounds.others["bsseval-sir"]["vocals"] > 0
    assert averages["accompaniment"] == 1.0
