"""The STFT: equal to torch and librosa, perfect reconstruction, energy, gradients."""

from __future__ import annotations

import librosa
import pytest
import torch
from openunmix.transforms import make_filterbanks

from transforms import STFT, STFTConfig

SMALL = STFTConfig(window_samples=64, hop_samples=16)
LENGTHS = [1, 2, 31, 32, 33, 63, 64, 65, 100, 999, 1000]


def noise(*shape, dtype=torch.float64, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("config", [STFTConfig(), STFTConfig(1024, 512), STFTConfig(2048, 441)])
@pytest.mark.parametrize("normalised", [False, True])
def test_coefficients_are_those_of_torch(config, normalised):
    size, hop = config.window_samples, config.hop_samples
    signal = noise(2, 20001, dtype=torch.float32)
    expected = torch.stft(signal, size, hop, window=torch.hann_window(size), normalized=normalised, return_complex=True)
    scale = size**-0.5 if normalised else 1.0
    actual = STFT(STFTConfig(size, hop, amplitude_scale=scale))(signal)
    torch.testing.assert_close(actual, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["zeros", "none"])
@pytest.mark.parametrize("window", ["hann", "rectangular"])
def test_other_paddings_and_windows_are_those_of_torch(padding, window):
    signal = noise(3, 777)
    taper = torch.hann_window(64, dtype=torch.float64) if window == "hann" else torch.ones(64, dtype=torch.float64)
    centred = padding == "zeros"
    expected = torch.stft(signal, 64, 16, window=taper, center=centred, pad_mode="constant", return_complex=True)
    torch.testing.assert_close(STFT(STFTConfig(64, 16, window, padding))(signal), expected)


def test_the_defaults_are_the_transform_of_open_unmix_and_back():
    analyse, synthesise = make_filterbanks(n_fft=4096, n_hop=1024, center=True, sample_rate=44100.0)
    signal = noise(1, 2, 30001, dtype=torch.float32)
    expected = torch.view_as_complex(analyse(signal))
    stft = STFT(STFTConfig())
    torch.testing.assert_close(stft(signal), expected, rtol=1e-5, atol=1e-5)
    masked = expected * noise(*expected.shape, dtype=torch.float32, seed=1).abs()
    torch.testing.assert_close(
        stft.inverse(masked, 30001), synthesise(torch.view_as_real(masked), length=30001), rtol=1e-4, atol=1e-5
    )


def test_coefficients_are_those_of_librosa():
    signal = noise(10007, dtype=torch.float32)
    expected = librosa.stft(signal.numpy(), n_fft=2048, hop_length=512, pad_mode="reflect")
    torch.testing.assert_close(STFT(STFTConfig(2048, 512))(signal), torch.from_numpy(expected), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("samples", LENGTHS)
@pytest.mark.parametrize("padding", ["reflect", "zeros"])
@pytest.mark.parametrize("hop", [1, 7, 16])
def test_the_inverse_restores_a_signal_of_any_length(samples, padding, hop):
    stft = STFT(STFTConfig(64, hop, padding=padding))
    signal = noise(samples)
    coefficients = stft(signal)
    assert coefficients.shape == (33, stft.frames(samples))
    torch.testing.assert_close(stft.inverse(coefficients, samples), signal, rtol=0, atol=1e-11)


def test_single_precision_restores_a_signal_to_two_millionths_of_full_scale():
    signal = noise(2, 44101, dtype=torch.float32).clamp(-1, 1)
    stft = STFT(STFTConfig())
    restored = stft.inverse(stft(signal), 44101)
    assert restored.dtype == torch.float32
    assert (restored - signal).abs().max() < 2e-6


def test_an_amplitude_scale_scales_the_coefficients_and_leaves_the_inverse_exact():
    signal = noise(500)
    plain, scaled = STFT(SMALL), STFT(STFTConfig(64, 16, amplitude_scale=0.125))
    torch.testing.assert_close(scaled(signal), plain(signal) * 0.125)
    torch.testing.assert_close(scaled.inverse(scaled(signal), 500), signal)


def test_a_short_signal_is_the_one_with_zeros_after_it():
    stft = STFT(SMALL)
    signal = noise(20)
    extended = torch.nn.functional.pad(signal, (0, 13))
    torch.testing.assert_close(stft(signal), stft(extended))


def test_without_padding_a_rectangular_window_restores_what_frames_reach_and_leaves_zeros():
    stft = STFT(STFTConfig(64, 16, "rectangular", "none"))
    signal = noise(70)
    restored = stft.inverse(stft(signal), 70)
    torch.testing.assert_close(restored[:64], signal[:64])
    assert restored[64:].count_nonzero() == 0


def test_without_padding_the_ends_fade_and_are_never_amplified():
    stft = STFT(STFTConfig(64, 16, padding="none"))
    signal = noise(64 + 16 * 9)
    restored = stft.inverse(stft(signal), signal.shape[-1])
    torch.testing.assert_close(restored[8:-8], signal[8:-8])
    assert (restored.abs() <= signal.abs() + 1e-12).all()


@pytest.mark.parametrize("samples", [1, 31, 63, 64, 1023])
def test_a_hop_of_half_a_window_stays_below_the_signal_at_the_end(samples):
    stft = STFT(STFTConfig(64, 32))
    signal = noise(samples)
    restored = stft.inverse(stft(signal), samples)
    torch.testing.assert_close(restored[:-8], signal[:-8])
    assert (restored.abs() <= signal.abs() + 1e-9).all()


def test_leading_dimensions_are_kept_and_transformed_one_by_one():
    stft = STFT(SMALL)
    signal = noise(2, 3, 1, 200)
    coefficients = stft(signal)
    assert coefficients.shape == (2, 3, 1, 33, 13)
    torch.testing.assert_close(coefficients[1, 2, 0], stft(signal[1, 2, 0]))
    torch.testing.assert_close(stft.inverse(coefficients, 200), signal)


def test_the_transform_is_linear():
    stft = STFT(SMALL)
    one, other = noise(333, seed=1), noise(333, seed=2)
    torch.testing.assert_close(stft(2 * one - 3 * other), 2 * stft(one) - 3 * stft(other))


def test_energy_stays_within_the_bounds_of_the_frame():
    config = STFTConfig(64, 16, padding="none")
    inner = noise(2000)
    signal = torch.nn.functional.pad(inner, (64, 64))
    energy = STFT(config)(signal).abs().square()
    doubled = 2 * energy.sum() - energy[0].sum() - energy[-1].sum()
    # The squares of a periodic Hann window at a hop of a quarter add up to 1.5 everywhere: a tight frame.
    torch.testing.assert_close(doubled, 64 * 1.5 * inner.square().sum())


def test_a_tone_peaks_in_its_bin():
    config = STFTConfig()
    times = torch.arange(44100, dtype=torch.float64) / 44100
    tone = torch.sin(2 * torch.pi * 100 * 44100 / config.window_samples * times)
    magnitude = STFT(config)(tone).abs()
    assert (magnitude[:, 3:-3].argmax(dim=0) == 100).all()
    torch.testing.assert_close(magnitude[100, 20], torch.tensor(config.window_samples / 4, dtype=torch.float64))


@pytest.mark.parametrize("padding", ["reflect", "zeros", "zeros_to_hop", "none"])
def test_gradients_are_right_both_ways(padding):
    stft = STFT(STFTConfig(16, 4, padding=padding))
    signal = noise(2, 40).requires_grad_()
    assert torch.autograd.gradcheck(stft, (signal,))
    coefficients = stft(signal).detach().requires_grad_()
    assert torch.autograd.gradcheck(lambda values: stft.inverse(values, 40), (coefficients,))


def test_neither_direction_changes_its_input():
    stft = STFT(SMALL)
    signal = noise(300)
    before = signal.clone()
    coefficients = stft(signal)
    kept = coefficients.clone()
    stft.inverse(coefficients, 300)
    assert torch.equal(signal, before)
    assert torch.equal(coefficients, kept)


def test_it_adds_nothing_to_a_state_dict():
    assert STFT(SMALL).state_dict() == {}


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_result_of_the_cpu():
    stft = STFT(STFTConfig())
    signal = noise(2, 30001, dtype=torch.float32)
    coefficients = stft(signal.cuda())
    torch.testing.assert_close(coefficients.cpu(), stft(signal), rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(stft.inverse(coefficients, 30001).cpu(), signal, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window_samples": 63}, "window_samples must be even and at least 2. Got 63."),
        ({"window_samples": 64, "hop_samples": 33}, "hop_samples must be from 1 to half a window, 32. Got 33."),
        ({"hop_samples": 0}, "hop_samples must be from 1 to half a window, 2048. Got 0."),
        ({"window": "kaiser"}, "window must be one of hann, rectangular. Got 'kaiser'."),
        ({"padding": "wrap"}, "padding must be one of reflect, zeros, zeros_to_hop, none. Got 'wrap'."),
        ({"amplitude_scale": 0.0}, "amplitude_scale must be above 0. Got 0.0."),
    ],
)
def test_an_impossible_configuration_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        STFTConfig(**settings)


@pytest.mark.parametrize("signal", [torch.zeros(2, 0), torch.zeros(9, dtype=torch.int16), torch.zeros(9).half()])
def test_a_signal_without_samples_or_of_another_type_is_refused(signal):
    with pytest.raises(ValueError, match="A signal must be float32 or float64"):
        STFT(SMALL)(signal)


@pytest.mark.parametrize("length", [0, 84, 117])
def test_coefficients_of_another_length_are_refused(length):
    stft = STFT(SMALL)
    with pytest.raises(ValueError, match=f"coefficients of a signal of {length} samples .* Got .* \\(33, 7\\)"):
        stft.inverse(stft(noise(100)), length)
