"""Wave-U-Net: sizes, windows, context, lengths, and its checkpoint."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.signal import correlate

from models.errors import MixtureError, SettingsError, WeightError
from models.seeding import seeded_torch
from models.wave_u_net import (
    WaveUNet,
    WaveUNetInContext,
    load_network,
    variable_names,
)
from models.wave_u_net_config import M1, M2, M3, M4, M5, M5_HIGH_RATE, M6, M7, WaveUNetConfig, window_sizes
from tests.models.files.tensorflow_writer import write_checkpoint

CONFIGS = {"m1": M1, "m2": M2, "m3": M3, "m4": M4, "m5": M5, "m5_highsr": M5_HIGH_RATE, "m6": M6, "m7": M7}
SMALL = WaveUNetConfig(("accompaniment", "vocals"), levels=3, width=4, down_kernel=5, up_kernel=3, window_samples=40)
LEARNED = replace(SMALL, learned_upsampling=True)
PADDED = replace(SMALL, context=False)
DIRECT = replace(PADDED, difference=False, channels=1)


def small_network(config=SMALL):
    with seeded_torch(1):
        network = WaveUNet(config)
        for name, weight in network.named_parameters():
            if weight.ndim == 1:
                torch.nn.init.normal_(weight, std=1.0 if name.startswith("doubling") else 0.05)
    return network.eval()


def noise(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)) * 0.1


def published_variables(network):
    state = network.state_dict()
    return {
        name: np.ascontiguousarray(state[key].numpy().transpose(2, 1, 0) if state[key].ndim == 3 else state[key])
        for key, name in variable_names(network.config)
    }


def save_published_format(network, prefix):
    """As the publisher's training left them: with the optimiser's variables in a scope of its own."""
    variables = published_variables(network)
    slots = {
        f"separator_solver/{name}/Adam{ending}": values for name, values in variables.items() for ending in ("", "_1")
    }
    numbers = {
        "separator_solver/beta1_power": np.array(0.9, dtype=np.float32),
        "separator_solver/beta2_power": np.array(0.999, dtype=np.float32),
        "global_step": np.array(186093, dtype=np.int64),
    }
    return write_checkpoint(prefix, variables | slots | numbers)


@pytest.mark.parametrize(
    ("model", "weights", "stems", "rate"),
    [
        ("m1", 10_263_028, ("accompaniment", "vocals"), 22050),
        ("m2", 10_263_002, ("accompaniment", "vocals"), 22050),
        ("m3", 10_263_002, ("accompaniment", "vocals"), 22050),
        ("m4", 10_263_390, ("accompaniment", "vocals"), 22050),
        ("m5", 10_265_550, ("accompaniment", "vocals"), 22050),
        ("m5_highsr", 10_265_550, ("accompaniment", "vocals"), 44100),
        ("m6", 10_263_498, ("bass", "drums", "other", "vocals"), 22050),
    ],
)
def test_the_published_variants_have_their_number_of_weights_and_windows(model, weights, stems, rate):
    network = WaveUNet(CONFIGS[model])
    assert sum(weight.numel() for weight in network.parameters()) == weights
    assert (network.stems, network.sample_rate) == (stems, rate)
    expected = (147443, 16389) if network.config.context else (16384, 16384)
    assert (network.taken_samples, network.given_samples) == expected


def test_the_variant_for_comparison_is_wider_and_slower_and_sees_a_longer_window():
    with torch.device("meta"):
        network = WaveUNet(M7)
    assert sum(weight.numel() for weight in network.parameters()) == 20_594_652
    assert (network.sample_rate, network.channels) == (8192, 1)
    # As asked for: 128 frames of a spectrogram U-Net.
    assert network.given_samples >= 768 * 127 + 1024


def test_a_window_is_rounded_up_to_what_halves_evenly_where_nothing_surrounds_it():
    assert window_sizes(replace(M1, window_samples=16385)) == (20480, 20480)


def test_every_stem_has_an_output_of_its_own_without_a_difference():
    network = small_network(DIRECT)
    mixture = noise(1, 1, 100)
    stems = network(mixture)
    assert len(network.heads) == 2
    assert stems.abs().max() <= 1
    assert not torch.allclose(stems.sum(dim=1), mixture, atol=1e-3)


def test_learned_upsampling_without_context_is_refused():
    with pytest.raises(SettingsError, match="'learned_upsampling' of Wave-U-Net must be false without context"):
        replace(LEARNED, context=False)


def test_names_are_those_of_the_published_checkpoint():
    names = dict(variable_names(CONFIGS["m5"]))
    assert names["down.0.weight"] == "separator/conv1d/kernel"
    assert names["down.12.bias"] == "separator/conv1d_12/bias"
    assert names["up.0.weight"] == "separator/conv1d_13/kernel"
    assert names["heads.0.bias"] == "separator/conv1d_25/bias"
    assert names["doubling.11.weight"] == "separator/interp_11"
    assert len(names) == 2 * 26 + 12
    multi = dict(variable_names(CONFIGS["m6"]))
    assert multi["heads.2.weight"] == "separator/conv1d_27/kernel"
    assert len(multi) == 2 * 28


@pytest.mark.parametrize("window_samples", [1, 16384, 16389, 16390, 100_000, 262_144])
def test_windows_give_at_least_what_was_asked_with_equal_context_on_both_sides(window_samples):
    config = replace(CONFIGS["m6"], window_samples=window_samples)
    taken, given = window_sizes(config)
    assert window_samples <= given < window_samples + 2**13
    assert (taken - given) % 2 == 0


@pytest.mark.parametrize("config", [SMALL, LEARNED, PADDED])
def test_a_window_equals_the_paper_written_in_numpy(config):
    network = small_network(config)
    weights = {key: value.double().numpy() for key, value in network.state_dict().items()}
    window = np.random.default_rng(0).uniform(-0.9, 0.9, (2, network.taken_samples))

    def convolved(sound, key):
        kernel = weights[f"{key}.weight"]
        if not config.context:
            sound = np.pad(sound, ((0, 0), (kernel.shape[2] // 2, kernel.shape[2] // 2)))
        rows = [
            sum(correlate(channel, taps, mode="valid") for channel, taps in zip(sound, row, strict=True))
            for row in kernel
        ]
        return np.stack(rows) + weights[f"{key}.bias"][:, None]

    def leaky(sound):
        return np.where(sound > 0, sound, 0.2 * sound)

    def middle(sound, samples):
        left = (sound.shape[1] - samples) // 2
        return sound[:, left : left + samples]

    sound, skips = window, []
    for level in range(3):
        skips.append(leaky(convolved(sound, f"down.{level}")))
        sound = skips[-1][:, ::2]
    sound = leaky(convolved(sound, "down.3"))
    for level in range(3):
        share = 0.5
        if config.learned_upsampling:
            share = 1 / (1 + np.exp(-weights[f"doubling.{level}.weight"][:, None]))
        doubled = np.zeros((sound.shape[0], 2 * sound.shape[1] - 1))
        doubled[:, ::2] = sound
        doubled[:, 1::2] = share * sound[:, :-1] + (1 - share) * sound[:, 1:]
        if not config.context:
            doubled = np.concatenate([doubled, sound[:, -1:]], axis=1)
        joined = np.concatenate([middle(skips[2 - level], doubled.shape[1]), doubled])
        sound = leaky(convolved(joined, f"up.{level}"))
    mixture = middle(window, sound.shape[1])
    first = np.tanh(convolved(np.concatenate([mixture, sound]), "heads.0"))
    expected = np.stack([first, np.clip(mixture - first, -1, 1)])

    result = network.separate_window(torch.from_numpy(window).float()[None])[0]
    assert result.shape == (2, 2, network.given_samples)
    assert np.allclose(result.detach().numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("samples", [1, 2, 39, 40, 41, 150, 1000])
@pytest.mark.parametrize("config", [SMALL, LEARNED, PADDED, replace(SMALL, stems=("bass", "drums", "other", "vocals"))])
def test_lengths_are_exact_and_stems_sum_to_the_mixture(config, samples):
    mixture = noise(2, 2, samples)
    kept = mixture.clone()
    with torch.inference_mode():
        stems = small_network(config)(mixture)
    assert stems.shape == (2, len(config.stems), 2, samples)
    assert torch.allclose(stems.sum(dim=1), mixture, atol=1e-6)
    assert torch.equal(mixture, kept)


@pytest.mark.parametrize("config", [SMALL, LEARNED])
def test_silence_stays_silent_with_fresh_weights(config):
    with seeded_torch(0):
        network = WaveUNet(config).eval()
    assert network(torch.zeros(1, 2, 100)).abs().max() == 0


def test_the_last_stem_is_cut_at_full_scale_outside_training_only():
    network = small_network()
    loud = 5 * torch.ones(1, 2, 100)
    assert network(loud)[:, -1].abs().max() == 1
    assert network.train()(loud)[:, -1].abs().max() > 1


def test_every_window_stands_where_the_publisher_puts_it():
    network, mixture = small_network(), noise(1, 2, 333)
    taken, given = network.taken_samples, network.given_samples
    context = (taken - given) // 2
    padded = torch.nn.functional.pad(mixture, (context, context))
    expected = torch.zeros(1, 2, 2, 333)
    for start in range(0, 333, given):
        begin = min(start, 333 - given)
        expected[..., begin : begin + given] = network.separate_window(padded[..., begin : begin + taken])
    assert taken < 333
    assert torch.equal(network(mixture), expected)


def test_a_short_song_is_the_beginning_of_one_filled_up_with_silence():
    network, mixture = small_network(), noise(1, 2, 50)
    filled = torch.nn.functional.pad(mixture, (0, network.taken_samples - 50))
    assert torch.equal(network(mixture), network(filled)[..., :50])


def test_chunks_in_context_equal_the_whole():
    network = small_network()
    in_context = WaveUNetInContext(network)
    given, taken = network.given_samples, network.taken_samples
    mixture = noise(1, 2, 6 * given)
    context = (taken - given) // 2
    padded = torch.nn.functional.pad(mixture, (context, context))
    whole = network(mixture)
    for chunk in (given, 2 * given, 3 * given):
        needed = in_context.input_samples(chunk)
        assert needed == chunk + 2 * context
        for start in range(0, 6 * given, chunk):
            stems = in_context(padded[..., start : start + needed])
            assert stems.shape[-1] == needed
            assert torch.allclose(stems[..., context:-context], whole[..., start : start + chunk], atol=1e-6)
    assert in_context.input_samples(given + 1) == taken + given


def test_larger_windows_change_only_where_samples_are_left_out():
    # Starts of both windows lie on the grid of the deepest level (8 samples), so the results must be the same.
    network = small_network()
    large = small_network(replace(SMALL, window_samples=400))
    sound = noise(1, 2, large.taken_samples)
    result = large.separate_window(sound)
    part = network.separate_window(sound[..., 80 : 80 + network.taken_samples])
    assert torch.allclose(result[..., 80 : 80 + network.given_samples], part, atol=1e-6)


@pytest.mark.parametrize("config", [SMALL, LEARNED])
def test_the_published_format_loads_with_identical_output(tmp_path, config):
    network, mixture = small_network(config), noise(1, 2, 200)
    index = save_published_format(network, tmp_path / "model-7")
    loaded = load_network(index, "wave_u_net_m4", config)
    assert not loaded.training
    assert torch.equal(loaded(mixture), network(mixture))


def test_the_publishers_archive_holds_a_folder_for_each_model(tmp_path):
    wanted = small_network(replace(SMALL, checkpoint_folder="baseline_stereo"))
    save_published_format(wanted, tmp_path / "baseline_stereo" / "baseline_stereo-186093")
    save_published_format(small_network(LEARNED), tmp_path / "full_44KHz" / "full_44KHz-236118")
    archive = tmp_path / "models.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for file in sorted(tmp_path.glob("*/*")):
            written.write(file, file.relative_to(tmp_path))
    loaded = load_network(archive, "wave_u_net_m4", wanted.config)
    assert torch.equal(loaded.heads[0].weight, wanted.heads[0].weight)


def test_a_checkpoint_of_another_variant_is_refused(tmp_path):
    index = save_published_format(small_network(LEARNED), tmp_path / "learned")
    with pytest.raises(WeightError, match=r"no missing variables and 9 unknown \(separator/interp_0"):
        load_network(index, "wave_u_net_m4", SMALL)
    index = save_published_format(small_network(), tmp_path / "mean")
    with pytest.raises(WeightError, match=r"3 missing \(separator/interp_0, .*\) and no unknown"):
        load_network(index, "wave_u_net_m5", LEARNED)
    with pytest.raises(WeightError, match="size mismatch"):
        load_network(index, "wave_u_net_m4", replace(SMALL, width=6))


@pytest.mark.parametrize(
    ("field", "value"),
    [("stems", ("vocals",)), ("levels", 0), ("width", 0), ("down_kernel", 4), ("up_kernel", 0), ("window_samples", 0)],
)
def test_sizes_that_do_not_fit_are_refused_by_field(field, value):
    with pytest.raises(SettingsError, match=f"The field '{field}' of Wave-U-Net must"):
        replace(SMALL, **{field: value})


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(shape))
