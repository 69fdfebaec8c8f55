"""The filter equals openunmix's in its own setting, and behaves where that one does not."""

from __future__ import annotations

import itertools

import pytest
import torch
from openunmix.filtering import wiener

from transforms.wiener import NORBERT, OPEN_UNMIX, WienerConfig, wiener_em

BINS = 9
OPTIONS = [
    pytest.param(iterations, softmask, residual, id=f"{iterations}-{softmask=!s}-{residual=!s}")
    for iterations, softmask, residual in itertools.product((0, 1, 2), (False, True), (False, True))
]


def make_song(sources=4, channels=2, bins=BINS, frames=400, dtype=torch.float64, level=20.0):
    """Magnitudes that are off by up to half, and the mixture of the true sources."""
    generator = torch.Generator().manual_seed(sources)
    shape = (sources, channels, bins, frames)
    loudness = torch.rand(sources, 1, bins, frames, generator=generator, dtype=torch.float64) ** 3
    true = level * loudness * torch.randn(shape, generator=generator, dtype=torch.complex128)
    errors = 0.5 + torch.rand(shape, generator=generator, dtype=torch.float64)
    return (true.abs() * errors).to(dtype), true.sum(dim=0).to(torch.complex(*torch.zeros(2, 1, dtype=dtype)).dtype)


def reference(magnitudes, mixture, window_frames=300, **options):
    """openunmix's filter on each window, on copies, since it writes into its input."""
    estimates = [
        wiener(part.permute(3, 2, 1, 0).clone(), torch.view_as_real(mixed.permute(2, 1, 0)).clone(), **options)
        for part, mixed in zip(
            magnitudes.split(window_frames, dim=-1), mixture.split(window_frames, dim=-1), strict=True
        )
    ]
    return torch.view_as_complex(torch.cat(estimates).permute(4, 2, 1, 0, 3).contiguous())


def agreement_db(expected, got):
    error = (expected - got).abs().square().sum().clamp(min=1e-300)
    return float(10 * torch.log10(expected.abs().square().sum() / error))


@pytest.mark.parametrize("sources", [1, 2, 4, 5])
@pytest.mark.parametrize(("iterations", "softmask", "residual"), OPTIONS)
def test_estimates_equal_open_unmix_in_both_precisions(sources, iterations, softmask, residual):
    options = {"iterations": iterations, "softmask": softmask, "residual": residual}
    for dtype, least_db in ((torch.float32, 110.0), (torch.float64, 120.0)):
        song = make_song(sources, dtype=dtype)
        expected = reference(*song, **options)
        got = wiener_em(*song, WienerConfig(**options))
        assert got.shape == (sources + residual, 2, BINS, 400)
        assert got.dtype == song[1].dtype
        assert agreement_db(expected, got) > least_db


def test_double_precision_equals_open_unmix_to_1e_minus_9_where_that_needs_no_arctangent():
    song = make_song()
    expected = reference(*song, iterations=2, softmask=True)
    got = wiener_em(*song, WienerConfig(iterations=2, softmask=True))
    assert (expected - got).abs().max() < 1e-9 * expected.abs().max()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_norbert_preset_is_one_window_with_the_precision_as_eps(dtype):
    song = make_song(dtype=dtype)
    expected = reference(*song, window_frames=400, softmask=True, eps=torch.finfo(dtype).eps)
    assert agreement_db(expected, wiener_em(*song, NORBERT)) > 110


def test_mono_equals_open_unmix():
    song = make_song(channels=1, dtype=torch.float32)
    for iterations in range(3):
        expected = reference(*song, iterations=iterations, residual=True)
        got = wiener_em(*song, WienerConfig(iterations=iterations, residual=True))
        assert agreement_db(expected, got) > 110


def test_mono_magnitudes_serve_both_channels_of_a_stereo_mixture():
    magnitudes, mixture = make_song()
    shared = magnitudes[:, :1]
    assert torch.equal(wiener_em(shared, mixture), wiener_em(shared.expand(-1, 2, -1, -1), mixture))


@pytest.mark.parametrize("level", [0.01, 1.0, 1e4])
@pytest.mark.parametrize("pan", [1.0, 0.3, 1e-4])
def test_single_precision_stays_exact_where_both_channels_are_the_same_but_for_a_gain(level, pan):
    magnitudes, mixture = make_song(channels=1, level=level)
    gains = torch.tensor([1.0, pan], dtype=torch.float64)[:, None, None]
    exact = wiener_em(magnitudes * gains, mixture * gains, OPEN_UNMIX)
    single = wiener_em((magnitudes * gains).float(), (mixture * gains).to(torch.complex64), OPEN_UNMIX)
    assert agreement_db(exact, single.to(exact.dtype)) > 100


def test_silence_gives_silence():
    silence = torch.zeros(2, BINS, 310, dtype=torch.complex64)
    for softmask, residual in itertools.product((False, True), repeat=2):
        estimates = wiener_em(torch.zeros(4, 2, BINS, 310), silence, WienerConfig(1, None, softmask, residual))
        assert torch.equal(estimates, torch.zeros_like(estimates))


def test_a_bin_that_is_silent_in_the_mixture_is_silent_in_all_sources():
    magnitudes, mixture = make_song()
    mixture[:, 3, 5] = 0
    assert torch.all(wiener_em(magnitudes, mixture, WienerConfig(residual=True))[:, :, 3, 5] == 0)


def test_a_silent_source_stays_silent_and_changes_no_other():
    magnitudes, mixture = make_song()
    with_silence = torch.cat((magnitudes, torch.zeros_like(magnitudes[:1])))
    estimates = wiener_em(with_silence, mixture, WienerConfig(iterations=2))
    assert torch.all(estimates[-1] == 0)
    torch.testing.assert_close(estimates[:-1], wiener_em(magnitudes, mixture, WienerConfig(iterations=2)))


def test_one_source_takes_the_whole_mixture():
    _, mixture = make_song(sources=3)
    estimates = wiener_em(mixture.abs()[None], mixture)
    assert agreement_db(mixture, estimates[0]) > 60


def test_a_loud_song_made_100_times_louder_gives_100_times_the_estimates():
    magnitudes, mixture = make_song(level=200.0)
    for config in (OPEN_UNMIX, NORBERT):
        expected = 100 * wiener_em(magnitudes, mixture, config)
        assert agreement_db(expected, wiener_em(100 * magnitudes, 100 * mixture, config)) > 150


def test_inputs_stay_untouched():
    magnitudes, mixture = make_song(dtype=torch.float32)
    mixture[:, 3, 5] = 0
    copies = magnitudes.clone(), mixture.clone()
    wiener_em(magnitudes, mixture, WienerConfig(iterations=2, residual=True, window_overlap_frames=100))
    assert torch.equal(magnitudes, copies[0])
    assert torch.equal(mixture, copies[1])


@pytest.mark.parametrize("softmask", [False, True])
def test_complex_estimates_with_the_mixtures_phase_equal_their_magnitudes(softmask):
    magnitudes, mixture = make_song()
    start = wiener_em(magnitudes, mixture, WienerConfig(iterations=0, softmask=softmask))
    for iterations, residual in itertools.product((0, 1, 2), (False, True)):
        expected = wiener_em(magnitudes, mixture, WienerConfig(iterations, softmask=softmask, residual=residual))
        got = wiener_em(start, mixture, WienerConfig(iterations, residual=residual))
        torch.testing.assert_close(got, expected)


@pytest.mark.parametrize("overlap", [0, 2])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("softmask", [False, True])
def test_gradients_equal_finite_differences(overlap, channels, softmask):
    magnitudes, mixture = make_song(sources=2, channels=channels, bins=1, frames=5)
    config = WienerConfig(2, 1e-2, softmask, residual=True, window_frames=4, window_overlap_frames=overlap)
    inputs = magnitudes.requires_grad_(), mixture.requires_grad_()
    assert torch.autograd.gradcheck(lambda given, mixed: wiener_em(given, mixed, config), inputs)


@pytest.mark.parametrize("softmask", [False, True])
def test_gradients_are_finite_on_silence(softmask):
    magnitudes = torch.zeros(2, 2, BINS, 10, requires_grad=True)
    mixture = torch.zeros(2, BINS, 10, dtype=torch.complex64, requires_grad=True)
    wiener_em(magnitudes, mixture, WienerConfig(softmask=softmask, residual=True)).abs().square().sum().backward()
    assert magnitudes.grad.isfinite().all()
    assert mixture.grad.isfinite().all()


def test_estimates_with_gradients_equal_those_without():
    magnitudes, mixture = make_song(bins=200)
    expected = wiener_em(magnitudes, mixture)
    torch.testing.assert_close(wiener_em(magnitudes.requires_grad_(), mixture).detach(), expected)


def test_hard_windows_are_independent():
    magnitudes, mixture = make_song()
    whole = wiener_em(magnitudes, mixture)
    parts = [wiener_em(magnitudes[..., part], mixture[..., part]) for part in (slice(0, 300), slice(300, 400))]
    torch.testing.assert_close(torch.cat(parts, dim=-1), whole)


def test_a_song_of_a_batch_is_filtered_as_it_is_alone():
    songs = [make_song(sources=3, level=level, bins=70, frames=400) for level in (1.0, 500.0)]
    magnitudes, mixtures = (torch.stack(tensors) for tensors in zip(*songs, strict=True))
    batch = wiener_em(magnitudes[None], mixtures[None])
    assert batch.shape == (1, 2, 3, 2, 70, 400)
    for estimates, song in zip(batch[0], songs, strict=True):
        torch.testing.assert_close(estimates, wiener_em(*song))


def test_the_layout_in_memory_does_not_matter():
    magnitudes, mixture = make_song(bins=200)
    turned = (tensor.transpose(-1, -2).contiguous().transpose(-1, -2) for tensor in (magnitudes, mixture))
    torch.testing.assert_close(wiener_em(*turned), wiener_em(magnitudes, mixture))


def moving_song(frames=600):
    """Two steady tones that share a bin and swap sides half-way: models of the two halves differ strongly."""
    side = torch.linspace(0, torch.pi / 2, frames, dtype=torch.float64)
    pan = torch.stack((torch.stack((side.cos(), side.sin())), torch.stack((side.sin(), side.cos()))))
    tones = 5.0 * pan[:, :, None] * torch.tensor([1.0, 1.0j], dtype=torch.complex128)[:, None, None, None]
    return tones.abs(), tones.sum(dim=0)


def test_overlap_makes_the_jump_between_windows_a_slope():
    song = moving_song()
    jumps = {}
    for overlap in (0, 100):
        estimates = wiener_em(*song, WienerConfig(window_frames=300, window_overlap_frames=overlap))
        jumps[overlap] = float(estimates.diff(dim=-1).abs().max())
    assert jumps[100] < 0.1 * jumps[0]


@pytest.mark.parametrize("frames", [1, 3, 299, 300, 301, 399, 400, 401, 1000])
@pytest.mark.parametrize("overlap", [0, 1, 100, 150])
def test_windows_cover_every_frame_once_when_they_are_blended(frames, overlap):
    magnitudes, mixture = make_song(sources=2, bins=3, frames=frames)
    config = WienerConfig(iterations=0, window_overlap_frames=overlap)
    torch.testing.assert_close(wiener_em(magnitudes, mixture, config), magnitudes * mixture / mixture.abs())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"iterations": -1}, "iterations must be 0 or more. Got -1."),
        ({"eps": 0.0}, "eps must be a positive number, or None. Got 0.0."),
        ({"window_frames": 0}, "window_frames must be 1 or more, or None. Got 0."),
        (
            {"window_overlap_frames": 151},
            "window_overlap_frames must be from 0 to 150, half of window_frames. Got 151.",
        ),
        ({"scale": "track"}, "scale must be 'window' or 'song'. Got 'track'."),
    ],
)
def test_a_value_out_of_range_is_named(values, message):
    with pytest.raises(ValueError, match=message):
        WienerConfig(**values)


@pytest.mark.parametrize(
    ("estimates", "mixture", "message"),
    [
        (torch.zeros(4, 2, 3, 5), torch.zeros(2, 3, 5), "must be complex64 or complex128. Got torch.float32"),
        (torch.zeros(4, 3, 3, 5), torch.zeros(3, 3, 5) * 1j, "with 1 or 2 channels. Got (3, 3, 5)"),
        (torch.zeros(4, 2, 3, 6), torch.zeros(2, 3, 5) * 1j, "Got (4, 2, 3, 6) for a mixture of (2, 3, 5)"),
        (torch.zeros(0, 2, 3, 5), torch.zeros(2, 3, 5) * 1j, "at least one source"),
        (torch.zeros(4, 2, 3, 5), torch.zeros(1, 3, 5) * 1j, "as many channels as the mixture, or one"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(estimates, mixture, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is checked below: it holds brackets)
        wiener_em(estimates, mixture)
    assert message in str(caught.value)


def test_a_ratio_mask_of_complex_estimates_is_refused():
    mixture = torch.zeros(2, 3, 5, dtype=torch.complex64)
    with pytest.raises(ValueError, match="softmask needs magnitudes"):
        wiener_em(mixture[None], mixture, WienerConfig(softmask=True))


def test_no_frames_give_no_frames():
    empty = torch.zeros(2, 3, 0, dtype=torch.complex64)
    assert wiener_em(torch.zeros(4, 2, 3, 0), empty).shape == (4, 2, 3, 0)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_what_the_cpu_gives():
    magnitudes, mixture = make_song(bins=200, dtype=torch.float32)
    config = WienerConfig(iterations=2, residual=True, window_overlap_frames=50)
    got = wiener_em(magnitudes.cuda(), mixture.cuda(), config)
    assert agreement_db(wiener_em(magnitudes, mixture, config), got.cpu()) > 80
