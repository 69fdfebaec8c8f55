"""Demucs 3 and 4 through the engine equal the package; weights load strictly."""

from __future__ import annotations

import hashlib
import io
import random

import pytest
import torch
from demucs.apply import BagOfModels, apply_model
from demucs.demucs import Demucs
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs

from audio import STEMS
from audio.sample_tracks import find_packaged_song, read_stem_container
from models.demucs_family import build
from models.errors import SettingsError, WeightError
from models.registry import BuildOptions, model_entry
from separation import create_separator
from separation.engine import Engine

CPU = torch.device("cpu")
TRANSFORMER = {"channels": 8, "bottom_channels": 16, "t_layers": 1, "t_heads": 2, "segment": 0.25}
CONVOLUTIONAL = {"channels": 8}
PUBLISHED = {"channels": 48, "depth": 4, "bottom_channels": 512, "dconv_mode": 3, "t_layers": 5, "t_heads": 8}
DEMUCS_ORDER = ["drums", "bass", "other", "vocals"]


@pytest.fixture(scope="module")
def mixture():
    return 0.1 * torch.randn(2, 20_000, generator=torch.Generator().manual_seed(1)) + 0.01


def _random(name, seed=5, **settings):
    arguments = TRANSFORMER if name.startswith("ht") else CONVOLUTIONAL
    settings = {"random_arguments": arguments, **settings}
    return create_separator(name, device="cpu", random_weights=True, seed=seed, **settings)


def _networks(separator):
    return [member.network.network for member in separator._members]


def _command_line(model, mixture, **options):
    """Separate as the package's command line does."""
    mono = mixture.mean(0)
    mean, deviation = mono.mean(), mono.std() + 1e-8
    estimates = apply_model(model, ((mixture - mean) / deviation)[None], **options)[0] * deviation + mean
    return dict(zip(DEMUCS_ORDER, estimates, strict=True))


def _weight_matrix(name):
    members = model_entry(name).architecture["members"]
    everything = dict.fromkeys(DEMUCS_ORDER, 1)
    return [[member.get("stem_weights", everything).get(stem, 0) for stem in DEMUCS_ORDER] for member in members]


def _largest_difference(estimates, expected):
    return max(float((estimates[stem] - expected[stem]).abs().max()) for stem in STEMS)


@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_one_network_equals_the_package(mixture, overlap):
    separator = _random("htdemucs", overlap=overlap)
    expected = _command_line(_networks(separator)[0], mixture, shifts=0, overlap=overlap)
    assert _largest_difference(separator.separate(mixture), expected) < 1e-6


@pytest.mark.parametrize("name", ["htdemucs_ft", "mdx", "repro_mdx_a"])
def test_a_bag_equals_the_package(mixture, name):
    separator = _random(name, segment_seconds=0.25)
    bag = BagOfModels(_networks(separator), _weight_matrix(name))
    expected = _command_line(bag, mixture, shifts=0, segment=0.25)
    assert _largest_difference(separator.separate(mixture), expected) < 1e-6


def test_the_weights_of_the_published_bag_are_kept_by_name():
    members = {member["signature"]: member["stem_weights"] for member in model_entry("mdx").architecture["members"]}
    assert members == {
        "0d19c1c6": {"drums": 1, "bass": 1},
        "7ecf8ec1": {"bass": 1},
        "c511e2ab": {"drums": 1, "other": 1, "vocals": 1},
        "7d865c68": {"drums": 1, "other": 1, "vocals": 1},
    }


@pytest.mark.parametrize(
    ("network", "sources", "arguments", "parameters"),
    [
        (Demucs, DEMUCS_ORDER, {}, 133_753_064),
        (HDemucs, DEMUCS_ORDER, {}, 83_637_832),
        (HTDemucs, DEMUCS_ORDER, PUBLISHED, 41_984_456),
        (HTDemucs, [*DEMUCS_ORDER, "guitar", "piano"], {**PUBLISHED, "bottom_channels": 0}, 27_414_996),
    ],
)
def test_full_size_networks_have_the_published_number_of_parameters(network, sources, arguments, parameters):
    with torch.device("meta"):
        # Initial weights are not rescaled: that changes no size and is slow on this device.
        made = network(sources, rescale=0, **arguments)
    assert sum(parameter.numel() for parameter in made.parameters()) == parameters


@pytest.mark.parametrize("name", ["htdemucs", "htdemucs_ft"])
def test_rows_of_transformers_name_the_published_sizes(name):
    for member in model_entry(name).architecture["members"]:
        assert (member["arguments"], member["training_segment_seconds"]) == (PUBLISHED, "39/5")


def _six_sources(**changes):
    row = model_entry("htdemucs")
    architecture = {
        **row.architecture,
        "sources": ["drums", "bass", "other", "vocals", "guitar", "piano"],
        "folds": {"other": ["other", "guitar", "piano"]},
        **changes,
    }
    return row.model_copy(update={"architecture": architecture})


def _folded(seed=5, **changes):
    options = BuildOptions(CPU, random_weights=True, seed=seed, settings={"random_arguments": TRANSFORMER})
    return Engine(build(_six_sources(**changes), options))


def test_folded_sources_add_up_to_their_stem_and_the_mean_comes_back_once(mixture):
    separator = _folded()
    (network,) = _networks(separator)
    mono = mixture.mean(0)
    mean, deviation = mono.mean(), mono.std() + 1e-8
    drums, bass, other, vocals, guitar, piano = apply_model(network, ((mixture - mean) / deviation)[None], shifts=0)[0]
    expected = {"drums": drums, "bass": bass, "other": other + guitar + piano, "vocals": vocals}
    expected = {stem: samples * deviation + mean for stem, samples in expected.items()}
    assert tuple(separator.separate(mixture)) == STEMS
    assert _largest_difference(separator.separate(mixture), expected) < 1e-6


def test_sources_may_be_folded_in_any_order_and_into_any_stem(mixture):
    folded = _folded(folds={"vocals": ["piano", "vocals"], "drums": ["guitar", "drums"]}).separate(mixture[:, :4000])
    plain = _folded(folds={"other": ["other"], "bass": ["guitar", "piano", "bass"]}).separate(mixture[:, :4000])
    assert torch.equal(folded["other"], plain["other"])
    assert not torch.equal(folded["drums"], plain["drums"])
    # Nothing is lost but the mean, which comes back in each of the four stems.
    assert torch.allclose(sum(folded.values()), sum(plain.values()), atol=1e-6)


def test_folds_of_what_no_network_separates_are_refused():
    with pytest.raises(SettingsError, match=r"'folds' must name sources only \(drums, .*Got \['organ'\]"):
        _folded(folds={"other": ["other", "guitar", "piano", "organ"]})


def test_a_file_of_six_sources_loads_and_is_folded(tmp_path, bare_machine, mixture):
    original = _folded()
    entry = _save(_six_sources(), original, tmp_path)
    loaded = Engine(build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)})))
    estimates, expected = loaded.separate(mixture), original.separate(mixture)
    assert all(torch.equal(estimates[stem], expected[stem]) for stem in STEMS)


def test_a_file_of_six_sources_is_refused_where_the_row_says_four(tmp_path, bare_machine):
    entry = _save(_six_sources(), _folded(), tmp_path)
    entry = entry.model_copy(update={"architecture": model_entry("htdemucs").architecture})
    with pytest.raises(WeightError, match=r"sources.*Got .*'guitar'"):
        build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


@pytest.fixture(scope="module")
def real_music():
    """Give three seconds of the real song that stempeg packages."""
    song = read_stem_container(find_packaged_song())["mixture"]
    assert song.sample_rate == 44_100
    return song.samples[:, 44_100 : 4 * 44_100]


@pytest.mark.parametrize(
    ("name", "segment_seconds"), [("htdemucs", None), ("mdx_extra", 1.1), ("mdx", 1.1)], ids=["v4", "v3", "v3 and time"]
)
def test_real_music_separates_as_by_the_package(real_music, name, segment_seconds):
    settings = {} if segment_seconds is None else {"segment_seconds": segment_seconds}
    separator = _random(name, **settings)
    bag = BagOfModels(_networks(separator), _weight_matrix(name))
    expected = _command_line(bag, real_music, shifts=0, segment=segment_seconds)
    assert real_music.abs().max() > 0.1
    assert all(expected[stem].abs().max() > 1e-3 for stem in STEMS)
    assert _largest_difference(separator.separate(real_music), expected) < 1e-4


def test_stems_are_mapped_by_name_and_not_by_the_package_order(mixture):
    separator = _random("htdemucs")
    assert _networks(separator)[0].sources == DEMUCS_ORDER
    assert tuple(separator.separate(mixture)) == STEMS


def test_each_member_runs_once(mixture):
    separator = _random("htdemucs_ft")
    runs = []
    for index, network in enumerate(_networks(separator)):
        network.register_forward_hook(lambda *_args, index=index: runs.append(index))
    separator.separate(mixture[:, :4000])
    assert runs == [0, 1, 2, 3]


def test_shifts_are_seeded_and_leave_the_random_state_of_the_caller_alone(mixture):
    separator = _random("htdemucs", shifts=2)
    state = random.getstate()
    first = separator.separate(mixture)
    assert random.getstate() == state
    random.seed(99)
    assert all(torch.equal(first[stem], second) for stem, second in separator.separate(mixture).items())


def test_shifts_equal_the_package_under_the_same_seed(mixture):
    # Not a transformer: those draw from the generator that the package takes its delays from.
    separator = _random("hdemucs_mmi", seed=5, shifts=2, segment_seconds=0.25)
    random.seed(5)
    expected = _command_line(_networks(separator)[0], mixture, shifts=2, segment=0.25)
    assert _largest_difference(separator.separate(mixture), expected) < 1e-6


def test_building_leaves_the_global_generator_alone():
    state = torch.get_rng_state()
    _random("htdemucs")
    assert torch.equal(torch.get_rng_state(), state)


def test_opposite_channels_whose_mono_mix_is_silent_stay_in_range(mixture):
    opposite = torch.stack([mixture[0], -mixture[0]])
    estimates = _random("htdemucs").separate(opposite)
    assert all(estimate.isfinite().all() and estimate.abs().max() < 10 for estimate in estimates.values())


def _save(entry, separator, folder):
    """Write the networks as the publisher does and return a row of the manifest that describes them."""
    files = []
    for file, network in zip(entry.weights, _networks(separator), strict=True):
        args, kwargs = network._init_args_kwargs
        state = {key: tensor.half() for key, tensor in network.state_dict().items()}
        buffer = io.BytesIO()
        torch.save(
            {"klass": type(network), "args": args, "kwargs": kwargs, "state": state, "training_args": {}}, buffer
        )
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()[:8]
        name = f"{file.role}-{digest}.th"
        (folder / name).write_bytes(buffer.getvalue())
        files.append(file.model_copy(update={"name": name, "sha256_prefix": digest, "sha256": None}))
        network.half().float()
    return entry.model_copy(update={"weights": tuple(files)})


def test_a_bag_saved_to_a_folder_loads_with_bit_equal_output(tmp_path, bare_machine, mixture):
    original = _random("htdemucs_ft")
    entry = _save(model_entry("htdemucs_ft"), original, tmp_path)
    loaded = Engine(build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)})))
    estimates, expected = loaded.separate(mixture), original.separate(mixture)
    assert all(torch.equal(estimates[stem], expected[stem]) for stem in STEMS)


def test_a_network_for_another_sample_rate_is_refused(tmp_path, bare_machine):
    other = _random("htdemucs", random_arguments={**TRANSFORMER, "samplerate": 22_050})
    entry = _save(model_entry("htdemucs"), other, tmp_path)
    with pytest.raises(WeightError, match=r"channels, sample rate, sources.*44100.*Got \(2, 22050"):
        build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_missing_weights_are_an_error_and_never_random(bare_machine):
    with pytest.raises(WeightError, match=r"'htdemucs' needs the weight file 955717e8-8726e21a\.th.*MDX_OFFLINE=1"):
        build(model_entry("htdemucs"), BuildOptions(CPU))


def test_arguments_beside_published_weights_are_refused_and_not_ignored(bare_machine):
    with pytest.raises(SettingsError, match="'random_arguments' of the model 'htdemucs' must go with random weights"):
        build(model_entry("htdemucs"), BuildOptions(CPU, settings={"random_arguments": TRANSFORMER}))


def test_a_segment_longer_than_the_transformer_was_trained_on_is_refused():
    with pytest.raises(SettingsError, match=r"'segment_seconds' must be at most 0\.25.*Got 10"):
        _random("htdemucs", segment_seconds=10)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"shift": 1}, "key 'shift' is unknown.*Every network also takes: .*shifts"),
        ({"overlap": 1.0}, "'overlap' must be less than 1"),
        ({"shifts": -1}, "'shifts' must be greater than or equal to 0"),
        ({"random_arguments": {"chanels": 8}}, "must name constructor arguments of demucs's HTDemucs"),
    ],
)
def test_wrong_settings_are_refused_with_their_constraint(settings, text):
    with pytest.raises(SettingsError, match=text):
        _random("htdemucs", **settings)
