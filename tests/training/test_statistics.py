"""Means and deviations of the training mixtures, and the networks that start from them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from audio.datasets import open_dataset
from audio.stems import MIXTURE
from tests.training.cases import tiny_parts, tiny_recipe
from training import run
from training.architectures import build_network
from training.callbacks.input_statistics import InputStatistics
from training.datasets.reading import read_stem
from training.errors import RecipeError
from training.recipe_files import checked_recipe
from training.statistics import magnitude_sums, network_with_statistics, statistics_of
from transforms.slicq_forms import overlap_added

WINDOW, HOP, BINS = 256, 64, 100


def by_formula(songs):
    """Open-Unmix's: magnitudes of whole training mixtures, mean over channels, population deviation."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    rows = []
    for track in open_dataset(songs).split("train").tracks:
        padded = np.pad(read_stem(track, MIXTURE).double().numpy(), ((0, 0), (WINDOW // 2, WINDOW // 2)), "reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=-1)[:, ::HOP]
        rows.append(np.abs(np.fft.rfft(frames * window)).mean(axis=0))
    rows = np.concatenate(rows)
    deviation = rows.std(axis=0)
    return rows.mean(axis=0), np.maximum(deviation, 1e-4 * deviation.max())


def by_formula_of_slicq(songs, network, in_rows):
    """Version 1 reads overlap-added magnitudes, version 2 slices in a row; population deviation of each band."""
    analysed = [network.slicq(read_stem(track, MIXTURE)) for track in open_dataset(songs).split("train").tracks]
    means, deviations = [], []
    for blocks in zip(*analysed, strict=True):
        rows = np.concatenate([in_rows(block.abs()).double().mean(dim=0).numpy() for block in blocks], axis=-1)
        deviation = rows.std(axis=-1)
        means.append(rows.mean(axis=-1))
        deviations.append(np.maximum(deviation, 1e-4 * deviation.max()))
    return means, deviations


def statistics_recipe(songs, architecture="xumx", model=None, **sections):
    sizes = {"window_samples": WINDOW, "hop_samples": HOP, "max_bin": BINS, "hidden_size": 8, "lstm_layers": 2}
    model = {"architecture": architecture, "input_statistics": True, "config": sizes, **(model or {})}
    # No step at all: what is saved is what was set.
    loop = {"max_epochs": 1, "monitor": "valid_loss", "validation_songs": 0}
    return tiny_recipe(songs, model=model, loop=loop, optimiser={"learning_rate": 1e-30}, **sections)


@pytest.mark.parametrize("architecture", ["umx", "xumx"])
def test_a_new_run_starts_from_the_statistics_of_open_unmix(songs, tmp_path, architecture):
    recipe = statistics_recipe(songs, architecture)
    run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    state = torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
    means, deviations = by_formula(songs)
    found = [name for name in state if name.endswith(("input_mean", "input_scale"))]
    assert len(found) == (8 if architecture == "umx" else 2)
    for name in found:
        expected = -means if name.endswith("input_mean") else 1 / deviations
        for row in state[name].reshape(-1, BINS):
            np.testing.assert_allclose(row, expected[:BINS], rtol=2e-4, err_msg=name)


@pytest.mark.parametrize(
    ("architecture", "in_rows"), [("xumx_slicq_v1", overlap_added), ("xumx_slicq_v2", lambda block: block.flatten(-2))]
)
def test_each_block_of_a_slicq_starts_from_the_statistics_of_its_bands(songs, architecture, in_rows):
    losses = [{"name": "slicq_complex_l2"}]
    recipe = statistics_recipe(songs, architecture, model={"size": "tiny", "config": {}}, losses=losses)
    module = run.SeparationModule(recipe, build_network(recipe.model, 0), None, None)
    callback = InputStatistics(module.network, open_dataset(songs).split("train").tracks, new_run=True)
    callback.setup(_Trainer(0, world_size=1), module, "fit")
    means, deviations = by_formula_of_slicq(songs, module.network, in_rows)
    assert len(module.network.blocks) > 5
    for block, mean, deviation in zip(module.network.blocks, means, deviations, strict=False):
        for name, expected in (("input_mean", -mean), ("input_scale", 1 / deviation)):
            found = block.get_parameter(name).detach()
            np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), rtol=2e-4)


def test_a_resumed_run_measures_nothing(songs, tmp_path, monkeypatch):
    recipe = statistics_recipe(songs)
    run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    monkeypatch.setattr("training.callbacks.input_statistics.magnitude_sums", lambda *_: pytest.fail("it measured"))
    longer = recipe.model_copy(update={"loop": recipe.loop.model_copy(update={"max_epochs": 2})})
    assert run.train(longer, tmp_path, parts=tiny_parts(longer), resume=True).current_epoch == 2


def test_songs_in_pieces_give_nearly_what_whole_songs_give(songs, monkeypatch):
    recipe = statistics_recipe(songs)
    network = network_with_statistics(build_network(recipe.model, 0), "xumx")
    track = open_dataset(songs).split("train").tracks[0]
    whole = statistics_of(magnitude_sums(network, ("bass",), track))
    monkeypatch.setattr("training.statistics.PIECE_SECONDS", 0.5)
    pieces = statistics_of(magnitude_sums(network, ("bass",), track))
    for one, other in zip(whole, pieces, strict=True):
        torch.testing.assert_close(one, other, rtol=0.05, atol=0.01 * float(one.max()))


def test_a_bin_that_never_changes_has_the_deviation_one():
    sums = torch.tensor([[4.0, 4.0], [8.0, 0.0], [24.0, 0.0]], dtype=torch.float64)
    means, deviations = statistics_of(sums)
    assert means.tolist() == [2.0, 0.0]
    assert deviations.tolist() == [2**0.5, 1.0]


def test_processes_measure_the_songs_between_them(songs, monkeypatch):
    measured = {rank: [] for rank in (0, 1)}
    for rank in measured:
        recipe = statistics_recipe(songs)
        monkeypatch.setattr(
            "training.callbacks.input_statistics.magnitude_sums",
            lambda network, stems, song, rank=rank: (
                measured[rank].append(song.name) or magnitude_sums(network, stems, song)
            ),
        )
        trainer, module = _Trainer(rank), run.SeparationModule(recipe, build_network(recipe.model, 0), None, None)
        network = network_with_statistics(module.network, "xumx")
        InputStatistics(network, open_dataset(songs).split("train").tracks, new_run=True).setup(trainer, module, "fit")
        assert trainer.strategy.reduced == 1
    assert measured == {0: ["song 0"], 1: ["song 1"]}


def test_a_song_without_a_mixture_is_measured_with_what_its_stems_are_mixed_with(songs):
    tracks = open_dataset(songs).split("train").tracks
    bare = [
        replace(track, files={stem: track.files[stem] for stem in track.files if stem != MIXTURE}) for track in tracks
    ]
    means = []
    for measured in (tracks, bare):
        recipe = statistics_recipe(songs, data={"mixed_with": ["bass", "drums", "other"]})
        recipe.model.config["stems"] = ["vocals"]
        module = run.SeparationModule(recipe, build_network(recipe.model, 0), None, None)
        callback = InputStatistics(network_with_statistics(module.network, "xumx"), measured, new_run=True)
        callback.setup(_Trainer(0), module, "fit")
        means.append(module.state_dict()["network.input_mean"])
    torch.testing.assert_close(*means, rtol=1e-3, atol=1e-3)


class _Trainer:
    """One process, of two by default."""

    ckpt_path = None

    def __init__(self, rank, world_size=2):
        self.world_size = world_size
        self.global_rank, self.is_global_zero, self.strategy = rank, rank == 0, self
        self.root_device, self.reduced = torch.device("cpu"), 0

    def reduce(self, tensor, reduce_op):
        assert reduce_op == "sum"
        self.reduced += 1
        return tensor


def test_another_architecture_has_no_statistics(songs, tmp_path):
    model = {"architecture": "conv_tasnet", "size": "tiny", "config": {}, "input_statistics": True}
    recipe = tiny_recipe(songs, model=model)
    with pytest.raises(RecipeError, match="umx, xumx, xumx_slicq_v1 and xumx_slicq_v2. Got 'conv_tasnet'"):
        run.train(recipe, tmp_path)


def test_statistics_of_songs_do_not_go_with_levels_of_chunks(songs):
    content = statistics_recipe(songs).model_dump()
    content["model"]["normalisation"] = "mono"
    with pytest.raises(RecipeError, match="'input_statistics' goes with 'normalisation: none'"):
        checked_recipe(content, "The recipe")
