"""The trainer's callbacks on small runs."""

import dataclasses
from types import SimpleNamespace

import pytest
import torch

from audio.datasets import open_dataset
from audio.stems import MIXTURE
from models.network import Bag, Member
from separation.engine import Engine
from training.callbacks.curves import TrainingCurves, draw_curves
from training.callbacks.epoch_report import clock
from training.callbacks.measured import measured_values
from training.callbacks.song_validation import score_song
from training.datasets.reading import read_stem

STEMS = ("bass", "drums", "other", "vocals")


class Quarter:
    stems, sample_rate, channels = STEMS, 44_100, 2

    def input_samples(self, chunk_samples):
        return chunk_samples

    def to(self, device):
        return self

    def eval(self):
        return self

    def state_dict(self):
        return {}

    def __call__(self, mixture):
        return (mixture / 4)[:, None].expand(-1, len(self.stems), -1, -1)


def test_a_song_is_scored_by_the_formula_of_the_challenge(songs):
    song = open_dataset(songs).tracks[0]
    bag = Bag((Member(Quarter(), dict.fromkeys(STEMS, 1.0), 4410),), STEMS, 44_100, torch.device("cpu"))
    scores = score_song(Engine(bag), song)
    mixture = read_stem(song, MIXTURE).double()
    for stem in STEMS:
        true = read_stem(song, stem).double()
        expected = 10 * torch.log10((true.square().sum() + 1e-7) / ((true - mixture / 4).square().sum() + 1e-7))
        assert scores[stem] == pytest.approx(float(expected), abs=1e-3)


def test_the_picture_is_a_png_and_a_resumed_run_draws_the_values_from_before(tmp_path):
    path = tmp_path / "curves.png"
    draw_curves(path, {"train_loss": [(1, 0.5), (2, 0.4)], "valid_sdr": [(2, 3.0)]})
    assert path.read_bytes().startswith(b"\x89PNG")
    before, after = TrainingCurves(path), TrainingCurves(path)
    before.load_state_dict({"values": {"train_loss": [(1, 0.5)]}})
    after.load_state_dict(before.state_dict())
    assert after.state_dict() == {"values": {"train_loss": [(1, 0.5)]}}


@pytest.mark.parametrize(("epoch", "names"), [(0, {"train_loss"}), (1, {"train_loss", "valid_loss"})])
def test_a_validation_belongs_to_its_own_epoch_alone(epoch, names):
    kept = {"train_loss": torch.tensor(0.5), "valid_loss": torch.tensor(0.25)}
    trainer = SimpleNamespace(current_epoch=epoch, check_val_every_n_epoch=2, callback_metrics=kept)
    assert measured_values(trainer) == {name: float(kept[name]) for name in names}


def test_a_clock_shows_hours_minutes_and_seconds():
    assert [clock(seconds) for seconds in (0, 59.6, 3661)] == ["0:00:00", "0:01:00", "1:01:01"]


def test_a_song_without_a_mixture_is_the_sum_of_its_stems_and_those_they_are_mixed_with(songs):
    track = open_dataset(songs).tracks[0]
    bare = dataclasses.replace(track, files={name: file for name, file in track.files.items() if name != MIXTURE})
    network = Quarter()
    network.stems = ("vocals",)
    bag = Bag((Member(network, {"vocals": 1.0}, 4410),), ("vocals",), 44_100, torch.device("cpu"))
    rest = ("bass", "drums", "other")
    assert score_song(Engine(bag), bare, rest) == pytest.approx(score_song(Engine(bag), track), abs=0.01)
    assert score_song(Engine(bag), bare)["vocals"] > score_song(Engine(bag), bare, rest)["vocals"] + 0.1
