"""torchaudio's Hybrid Demucs: its function, its sizes and layout, its files, and the fade of its tutorial."""

from __future__ import annotations

import pytest
import torch
from demucs.hdemucs import HDemucs

from models.errors import WeightError
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.torchaudio_hdemucs import FADE_SAMPLES, SEGMENT_SAMPLES, SOURCES, HybridWaveforms, build, load_network
from separation.chunks import ChunkPlan

PUBLISHED = {"channels": 48, "nfft": 4096, "depth": 6}
SMALL = {**PUBLISHED, "channels": 8}
BRANCHES = {
    "encoder": "freq_encoder",
    "decoder": "freq_decoder",
    "tencoder": "time_encoder",
    "tdecoder": "time_decoder",
}


def _network(arguments=SMALL):
    with seeded_torch(3):
        return HybridWaveforms(arguments).eval()


def _separate(network, samples):
    mixture = torch.randn(1, 2, samples, generator=torch.Generator().manual_seed(samples))
    with torch.no_grad():
        return network(mixture)


def _full_size(make):
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in make().state_dict().items()}


def _renamed(name):
    branch, _, rest = name.partition(".")
    return f"{BRANCHES.get(branch, branch)}.{rest}"


def test_the_published_network_has_the_layout_of_demucs_under_other_names_and_one_unused_layer():
    ours = _full_size(lambda: HybridWaveforms(PUBLISHED).network)
    theirs = {_renamed(name): shape for name, shape in _full_size(lambda: HDemucs(list(SOURCES))).items()}
    unused = {"time_encoder.4.norm1.weight": (768,), "time_encoder.4.norm1.bias": (768,)}
    assert ours == theirs | unused


def test_the_published_network_has_83_6_million_parameters():
    with torch.device("meta"):
        network = HybridWaveforms(PUBLISHED)
    assert sum(parameter.numel() for parameter in network.parameters()) == 83_639_368


@pytest.mark.parametrize("samples", [5000, 60_001])
def test_it_is_the_function_of_demucs(samples):
    network = _network()
    weights = network.network.state_dict()
    demucs = HDemucs(list(SOURCES), channels=8).eval()
    demucs.load_state_dict({name: weights[_renamed(name)] for name in demucs.state_dict()})
    assert torch.allclose(_separate(network, samples), _separate(demucs, samples), atol=1e-6)


@pytest.mark.parametrize("samples", [1, 2, 768, 1025, 1280, 2047, 2048, 2049])
def test_every_length_that_it_asks_for_can_be_separated(samples):
    network = _network()
    needed = network.input_samples(samples)
    assert needed == max(samples, 2048)
    assert _separate(network, needed).shape == (1, 4, 2, needed)


def test_a_chunk_fades_linearly_into_the_next_within_a_tenth_of_a_second():
    plan = ChunkPlan.cut(1_000_000, SEGMENT_SAMPLES, FADE_SAMPLES / SEGMENT_SAMPLES)
    assert list(plan.starts())[:2] == [0, SEGMENT_SAMPLES - FADE_SAMPLES]
    share = plan.share(0)
    assert (share[:-FADE_SAMPLES] == 1).all()
    # torchaudio's fade begins with exactly 1 and ends with exactly 0: half a step of 1/4411 apart.
    tutorial = torch.linspace(1, 0, FADE_SAMPLES, dtype=torch.float64)
    assert (share[-FADE_SAMPLES:] - tutorial).abs().max() < 2.5e-4


def _entry(file_name):
    return ModelEntry.model_validate(
        {
            "name": "hdemucs_high_musdb",
            "builder": "models.torchaudio_hdemucs:build",
            "summary": "A row for tests.",
            "licence": "MIT",
            "training_data": "none",
            "leaderboards": [],
            "architecture": SMALL,
            "weights": [
                {
                    "role": "all",
                    "name": file_name,
                    "urls": ["https://example.org"],
                    "sha256_prefix": "01234567",
                    "also_accepted": ["local.pt"],
                }
            ],
        }
    )


def test_a_saved_state_loads_with_bit_equal_output(tmp_path, bare_machine):
    network = _network()
    torch.save(network.network.state_dict(), tmp_path / "local.pt")
    options = BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path)})
    (member,) = build(_entry("published.pt"), options).members
    assert torch.equal(_separate(member.network, 5000), _separate(network, 5000))
    assert (member.segment_samples, member.normalisation) == (485_100, "mono")


def _missing(state):
    del state["freq_emb.embedding.weight"]


def _misshapen(state):
    state["time_decoder.4.conv_tr.bias"] = torch.zeros(3)


@pytest.mark.parametrize(
    ("spoil", "key"), [(_missing, "freq_emb.embedding.weight"), (_misshapen, "time_decoder.4.conv_tr.bias")]
)
def test_a_state_that_does_not_fit_is_refused_by_name(tmp_path, spoil, key):
    state = dict(_network().network.state_dict())
    spoil(state)
    torch.save(state, tmp_path / "local.pt")
    with pytest.raises(WeightError, match=f"(?s)bare state dict of torchaudio's HDemucs.*{key}.*mdx models show tiny"):
        load_network(tmp_path / "local.pt", "tiny", SMALL)
