"""One suite for every model of the manifest, built small with random weights, and for blends of them.

A new row needs an entry in SMALL_SETTINGS only where its networks can be made smaller.
"""

from __future__ import annotations

import pytest
import torch

from audio import STEMS
from models.registry import list_models, model_entry
from separation import Plan, Separator, create_separator
from separation.published_blends import load_published_blend, published_blend_names

_TRANSFORMER = {"random_arguments": {"channels": 8, "bottom_channels": 16, "t_layers": 1, "t_heads": 2, "segment": 0.5}}
_CONVOLUTIONAL = {"random_arguments": {"channels": 8}}
_UNETS = {"random_arguments": {"widths": [4, 4], "segment_frames": 16, "frequency_bins": 512}}
_WAVEFORM = {"random_arguments": {"hidden_channels": 4, "depth": 3}}
_LSTMS = {"random_arguments": {"hidden_size": 16}}
_WINDOWS = {"random_arguments": {"levels": 3, "width": 4, "window_samples": 2000}}
_SPARSE = {"random_arguments": {"widths": [4, 6], "compression": 2, "dual_path_layers": 2}}
_BANDS = {"random_arguments": {"features": 4, "lstm_units": 4, "layers": 1, "mlp_units": 4, "frames": 33}}
_ATTENTION = {"random_arguments": {"features": 8, "depth": 1, "heads": 1, "head_features": 8, "mask_expansion": 1}}
_SMALL_TDF = {"frames": 32, "band_bins": 64, "blocks": 3, "layers": 1, "growth": 4}
_BLEND = {"random_arguments": {"tdf": _SMALL_TDF, "demucs": _WAVEFORM["random_arguments"]}}
_SUBBANDS = {"random_arguments": {"width": 8, "growth": 4, "scales": 2, "blocks": 1}}
_SLICQ = {"random_arguments": {"bands": 20, "min_hz": 1000.0, "outer_channels": 4, "middle_channels": 4}}
_MASKS = {"random_arguments": {"filters": 16, "bottleneck_channels": 16, "block_channels": 16, "blocks": 3}}

SMALL_SETTINGS = {
    "umx": _LSTMS,
    "umxhq": _LSTMS,
    "umxl": _LSTMS,
    "htdemucs": _TRANSFORMER,
    "htdemucs_ft": _TRANSFORMER,
    "hdemucs_mmi": _CONVOLUTIONAL,
    "mdx": _CONVOLUTIONAL,
    "mdx_extra": _CONVOLUTIONAL,
    "repro_mdx_a": _CONVOLUTIONAL,
    "repro_mdx_a_time_only": _CONVOLUTIONAL,
    "repro_mdx_a_hybrid_only": _CONVOLUTIONAL,
    "demucs": _WAVEFORM,
    "demucs48_hq": _WAVEFORM,
    "demucs_extra": _WAVEFORM,
    "demucs_quantized": _WAVEFORM,
    "spleeter": _UNETS,
    "spleeter_16khz": _UNETS,
    "umxse": _LSTMS,
    "xumx": _LSTMS,
    "xumxhq": _LSTMS,
    "xumxl": _LSTMS,
    "xumx_nnabla": _LSTMS,
    "wave_u_net": _WINDOWS,
    "wave_u_net_vocals": _WINDOWS,
    "wave_u_net_vocals_44khz": _WINDOWS,
    "scnet": _SPARSE,
    "scnet_large": _SPARSE,
    "scnet_xl": _SPARSE,
    "scnet_xl_ihf": _SPARSE,
    "band_split_rnn": _BANDS,
    "bs_roformer_musdb": _ATTENTION,
    "mel_band_roformer_musdb": _ATTENTION,
    "bs_roformer_vocals": _ATTENTION,
    "mel_band_roformer_vocals": _ATTENTION,
    "bs_roformer_other": _ATTENTION,
    "kuielab_a_tdf": _BLEND,
    "kuielab_a": _BLEND,
    "kuielab_b_tdf": _BLEND,
    "kuielab_b": _BLEND,
    "htdemucs_6s": _TRANSFORMER,
    "mdx_q": _CONVOLUTIONAL,
    "mdx_extra_q": _CONVOLUTIONAL,
    "hdemucs_high_musdb": _CONVOLUTIONAL,
    "hdemucs_high_musdb_plus": _CONVOLUTIONAL,
    "demucs_v1": _WAVEFORM,
    "demucs_v1_extra": _WAVEFORM,
    "demucs_v1_light": _WAVEFORM,
    "demucs_v1_light_extra": _WAVEFORM,
    "demucs_v1_8bit": _WAVEFORM,
    "demucs_v1_extra_8bit": _WAVEFORM,
    "demucs_v1_light_8bit": _WAVEFORM,
    "demucs_v1_light_extra_8bit": _WAVEFORM,
    "tasnet_v1": _MASKS,
    "tasnet_v1_extra": _MASKS,
    "mdx23c": _SUBBANDS,
    "mdx23c_vocals": _SUBBANDS,
    "xumx_slicq": _SLICQ,
    "xumx_slicq_stft": _SLICQ,
    "xumx_slicq_v2": _SLICQ,
    "xumx_slicq_v2_realtime": _SLICQ,
    "tasnet": _MASKS,
    "tasnet_extra": _MASKS,
}

BLENDS = {
    "blend of non-streaming members": {
        "members": [{"model": "classical", "weights": 0.3}, {"model": "mixture-quarter", "weights": {"vocals": 0.5}}]
    },
    "blend with all that may follow": {
        "members": [
            {"model": "umxhq", "settings": _LSTMS, "weights": {"bass": 0.5, "drums": 0.5, "vocals": 0.2}},
            {"model": "umxse", "settings": _LSTMS, "weights": {"vocals": 0.5}},
            {"model": "tasnet", "settings": _MASKS, "weights": 0.4},
        ],
        "wiener_iterations": 1,
        "residual": {"other": 0.5},
        "mixture_consistency": True,
    },
}

LENGTHS = (1, 2, 1000, 44_100 + 17)


def _build(name, seed=0):
    if name in BLENDS:
        plan = Plan.model_validate({"blend": BLENDS[name], "random_weights": True, "device": "cpu", "seed": seed})
        return create_separator(plan)
    return create_separator(name, device="cpu", random_weights=True, seed=seed, **SMALL_SETTINGS.get(name, {}))


def _noise(samples):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(samples))


def _distinct_rows():
    """Name one row of each kind: rows whose small networks would be the same run the same code."""
    kinds = {}
    for name in list_models():
        row = model_entry(name)
        sizes = {**row.architecture, **SMALL_SETTINGS.get(name, {}).get("random_arguments", {})}
        kinds.setdefault(repr((row.builder, row.stems, row.sample_rate, sizes)), name)
    return list(kinds.values())


@pytest.fixture(scope="module", params=[*_distinct_rows(), *BLENDS])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def separator(name):
    return _build(name)


@pytest.mark.parametrize("name", list_models())
def test_every_row_is_a_separator_of_its_stems_at_its_rate(name):
    separator = _build(name)
    assert isinstance(separator, Separator)
    assert separator.stems == model_entry(name).stems
    assert separator.sample_rate == model_entry(name).sample_rate


@pytest.mark.parametrize("name", published_blend_names())
def test_every_published_blend_runs_with_its_own_settings(name):
    blend = load_published_blend(name).blend.model_dump()
    for member in blend["members"]:
        member["settings"] |= SMALL_SETTINGS[member["model"]]
    plan = Plan.model_validate({"blend": blend, "random_weights": True, "device": "cpu"})
    estimates = create_separator(plan).separate(_noise(10_000))
    assert tuple(estimates) == STEMS
    assert all(estimate.shape == (2, 10_000) and estimate.isfinite().all() for estimate in estimates.values())


@pytest.mark.parametrize("samples", LENGTHS)
def test_the_length_and_the_names_are_kept(separator, samples):
    estimates = separator.separate(_noise(samples))
    assert tuple(estimates) == separator.stems
    assert all(estimate.shape == (2, samples) for estimate in estimates.values())
    assert all(estimate.dtype == torch.float32 for estimate in estimates.values())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(torch.zeros_like, id="silence"),
        pytest.param(lambda mixture: 100 * mixture, id="100 times louder"),
        pytest.param(lambda mixture: mixture[:1].expand(2, -1), id="mono as stereo"),
        pytest.param(lambda mixture: torch.stack([mixture[0], -mixture[0]]), id="opposite channels"),
        pytest.param(lambda mixture: mixture * torch.tensor([[1.0], [0.0]]), id="one silent channel"),
        pytest.param(torch.ones_like, id="constant"),
    ],
)
def test_unusual_mixtures_give_finite_stems(separator, change):
    estimates = separator.separate(change(_noise(20_000)))
    assert all(bool(estimate.isfinite().all()) for estimate in estimates.values())


def test_silence_gives_silence(separator):
    estimates = separator.separate(torch.zeros(2, 20_000))
    assert all(estimate.abs().max() < 1e-4 for estimate in estimates.values())


def test_the_mixture_is_left_as_it_is(separator):
    mixture = 100 * _noise(20_000)
    before = mixture.clone()
    separator.separate(mixture)
    assert torch.equal(mixture, before)


def test_stems_share_no_memory_with_the_mixture_or_each_other(separator):
    mixture = _noise(20_000)
    before = mixture.clone()
    estimates = separator.separate(mixture)
    first, *others = separator.stems
    untouched = estimates[first].clone()
    for stem in others:
        estimates[stem].fill_(7)
    assert torch.equal(estimates[first], untouched)
    estimates[first].fill_(7)
    assert torch.equal(mixture, before)


def test_the_same_seed_gives_the_same_bytes(name, separator):
    mixture = _noise(20_000)
    first, again, twin = (one.separate(mixture) for one in (separator, separator, _build(name)))
    for stem in separator.stems:
        assert torch.equal(first[stem], again[stem])
        assert torch.equal(first[stem], twin[stem])


@pytest.mark.parametrize("mixture", [torch.zeros(1, 100), torch.zeros(2, 0), torch.full((2, 100), float("nan"))])
def test_what_is_no_finite_stereo_signal_is_refused(separator, mixture):
    with pytest.raises(ValueError, match="mixture"):
        separator.separate(mixture)
