"""The engine on networks whose answer is known: gains add up, whatever the chunks."""

import pytest
import torch

from audio.sources import FileSource, TensorSource
from audio.stems import SAMPLE_RATE, STEMS
from audio.writing import write_audio
from models.errors import SettingsError
from models.network import Bag, Member
from separation.chunks import ChunkPlan
from separation.engine import Engine
from separation.levels import measure_level
from separation.settings import EngineSettings
from separation.variants import Variant, make_variants

SAMPLES = 10_007


class Gains:
    """A network that multiplies by one gain for each stem, and records what it was given."""

    sample_rate = SAMPLE_RATE

    def __init__(self, gains=None, extra=0, most=None):
        self.gains = gains or {stem: 0.1 * (i + 1) for i, stem in enumerate(reversed(STEMS))}
        self.stems = tuple(self.gains)
        self.extra, self.most = extra, most
        self.batches = []

    def input_samples(self, chunk_samples):
        return chunk_samples + self.extra

    def to(self, device):
        return self

    def eval(self):
        self.evaluates = True

    def state_dict(self):
        return {"gains": torch.tensor(list(self.gains.values()))}

    def __call__(self, mixture):
        self.batches.append(len(mixture))
        if self.most is not None and len(mixture) > self.most:
            torch.empty(1 << 50)
        return torch.stack([gain * mixture for gain in self.gains.values()], dim=1)


class Hears(Gains):
    """Keeps what it was given."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    def __call__(self, mixture):
        self.heard.append(mixture)
        return super().__call__(mixture)


def noise(samples=SAMPLES, seed=0):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(seed)) - 0.4


def engine(*networks, weights=None, segment=1000, normalisation="none", **settings):
    weights = weights or [dict.fromkeys(STEMS, 1.0)] * len(networks)
    members = tuple(
        Member(network, weight, segment, normalisation=normalisation)
        for network, weight in zip(networks, weights, strict=True)
    )
    return Engine(
        Bag(members, STEMS, SAMPLE_RATE, torch.device("cpu")), EngineSettings(**{"batch_chunks": 1, **settings})
    )


@pytest.mark.parametrize("samples", [1, 2, 999, 1000, 1001, 1750, SAMPLES])
@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5, 0.9])
def test_chunks_of_a_linear_network_add_up_to_the_whole(samples, overlap):
    network, mixture = Gains(), noise(samples)
    stems = engine(network, overlap=overlap).separate(mixture)
    for stem in STEMS:
        assert torch.allclose(stems[stem], network.gains[stem] * mixture, atol=1e-6)


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_batches_of_any_size_give_the_same(batch):
    mixture = noise()
    stems = engine(Gains(), batch_chunks=batch).separate(mixture)
    reference = engine(Gains()).separate(mixture)
    assert all(torch.equal(stems[stem], reference[stem]) for stem in STEMS)


def test_chunks_go_to_the_network_in_batches():
    network = Gains()
    engine(network, batch_chunks=4, overlap=0.0).separate(noise(10_000))
    assert network.batches == [4, 4, 2]


def test_batches_are_halved_while_memory_does_not_suffice(caplog):
    network, mixture = Gains(most=2), noise(10_000)
    stems = engine(network, batch_chunks=8, overlap=0.0).separate(mixture)
    assert torch.allclose(stems["bass"], network.gains["bass"] * mixture, atol=1e-6)
    assert network.batches[:3] == [8, 4, 2]
    assert max(network.batches[3:]) == 2
    assert "Out of memory with 8 chunks at a time; going on with 4." in caplog.text


def test_one_chunk_that_does_not_fit_is_an_error():
    with pytest.raises(RuntimeError, match="memory"):
        engine(Gains(most=0)).separate(noise())


@pytest.mark.parametrize("extra", [1, 2, 301])
def test_networks_that_need_context_get_the_real_one(extra):
    class Window(Gains):
        def __call__(self, mixture):
            seen.append(mixture)
            return super().__call__(mixture)

    seen = []
    mixture = noise()
    stems = engine(Window(extra=extra), overlap=0.0).separate(mixture)
    assert torch.allclose(stems["bass"], 0.4 * mixture, atol=1e-6)
    before = extra // 2
    assert torch.equal(seen[0][0, :, before:], mixture[:, : 1000 + extra - before])
    assert not seen[0][0, :, :before].any()
    assert torch.equal(seen[1][0], mixture[:, 1000 - before : 2000 + extra - before])


@pytest.mark.parametrize(
    "settings",
    [{"shifts": 3}, {"flip_polarity": True, "swap_channels": True}, {"shifts": 2, "flip_polarity": True}],
)
def test_variants_change_nothing_for_a_linear_network_without_memory(settings):
    network, mixture = Gains(), noise()
    stems = engine(network, batch_chunks=3, **settings).separate(mixture)
    assert torch.allclose(stems["vocals"], network.gains["vocals"] * mixture, atol=1e-5)


def test_swapped_channels_are_given_swapped_and_swapped_back():
    class LeftOnly(Gains):
        def __call__(self, mixture):
            return super().__call__(mixture * torch.tensor([[1.0], [0.0]]))

    mixture = noise()
    stems = engine(LeftOnly(), swap_channels=True).separate(mixture)
    # Each channel is heard by one of the two passes.
    assert torch.allclose(stems["bass"], 0.5 * 0.4 * mixture, atol=1e-6)


def test_chunks_of_a_call_begin_near_each_other(monkeypatch):
    monkeypatch.setattr("separation.engine.LOOK_AHEAD_SAMPLES", 2_500)
    network = Gains()
    engine(network, batch_chunks=64, overlap=0.0).separate(noise(10_000))
    assert network.batches == [3, 3, 3, 1]


def test_unknown_stems_and_songs_at_another_rate_are_refused():
    separator = engine(Gains())
    with pytest.raises(SettingsError, match="must be one of bass, drums, other, vocals. Got 'guitar'"):
        next(separator.separate_stream(TensorSource(noise(), SAMPLE_RATE), ["bass", "guitar"]))
    with pytest.raises(SettingsError, match="44100 Hz. Got 8000 Hz"):
        next(separator.separate_stream(TensorSource(noise(), 8_000)))


def test_numbers_beyond_float32_are_refused():
    with pytest.raises(ValueError, match="finite"):
        engine(Gains()).separate(1e60 * noise().double())


def test_long_chunks_cost_no_memory_on_a_short_song(monkeypatch):
    longest = []
    arange = torch.arange
    monkeypatch.setattr("separation.chunks.torch.arange", lambda a, b, **k: longest.append(b - a) or arange(a, b, **k))
    engine(Gains(), segment_seconds=3600).separate(noise())
    assert max(longest) == SAMPLES


def test_variants_average_what_a_nonlinear_network_says():
    class Squares(Gains):
        def __call__(self, mixture):
            return super().__call__(mixture.square())

    mixture = noise()
    stems = engine(Squares(), flip_polarity=True).separate(mixture)
    assert stems["bass"].abs().max() < 1e-6


def test_the_same_seed_gives_the_same_delays():
    variants = make_variants(SAMPLE_RATE, shifts=4, seed=7)
    assert variants == make_variants(SAMPLE_RATE, shifts=4, seed=7)
    assert variants != make_variants(SAMPLE_RATE, shifts=4, seed=8)
    assert all(0 <= variant.lead_samples <= SAMPLE_RATE // 2 for variant in variants)


def test_a_variant_undoes_itself():
    sound = noise(10)
    for variant in (Variant(0, True, False), Variant(0, False, True), Variant(0, True, True)):
        assert torch.equal(variant.apply(variant.apply(sound)), sound)
        assert not torch.equal(variant.apply(sound), sound)


def test_members_are_averaged_by_their_weight_for_each_stem():
    one, two = Gains(dict.fromkeys(STEMS, 1.0)), Gains(dict.fromkeys(STEMS, 0.0))
    weights = [{"bass": 1.0, "drums": 3.0, "other": 1.0, "vocals": 1.0}, {"bass": 1.0, "drums": 1.0}]
    mixture = noise()
    stems = engine(one, two, weights=weights).separate(mixture)
    for stem, share in {"bass": 0.5, "drums": 0.75, "other": 1.0, "vocals": 1.0}.items():
        assert torch.allclose(stems[stem], share * mixture, atol=1e-6)


def test_only_members_with_a_say_in_the_asked_stems_run():
    one, two = Gains(), Gains()
    separator = engine(one, two, weights=[{"bass": 1.0}, {"drums": 1.0, "other": 1.0, "vocals": 1.0}])
    blocks = list(separator.separate_stream(TensorSource(noise(), SAMPLE_RATE), ["bass"]))
    assert {stem for _, block in blocks for stem in block} == {"bass"}
    assert one.batches
    assert not two.batches


@pytest.mark.parametrize(("normalisation", "mean_share"), [("mono", 1), ("deviation", 0)])
def test_normalisation_is_taken_out_and_put_back(normalisation, mean_share):
    class Records(Gains):
        def __call__(self, mixture):
            seen.append(mixture)
            return torch.stack([mixture] * 4, dim=1)

    seen = []
    mixture = 100 * noise() + 3
    network = Records()
    stems = engine(network, segment=None, normalisation=normalisation).separate(mixture)
    mono = mixture.mean(0)
    assert torch.allclose(seen[0][0], (mixture - mean_share * mono.mean()) / mono.std(), atol=1e-4)
    assert torch.allclose(stems["bass"], mixture, atol=1e-3)


@pytest.mark.parametrize("samples", [1, 1000])
def test_silence_and_opposite_channels_stay_finite(samples):
    for mixture in (torch.zeros(2, samples), torch.stack([torch.ones(samples), -torch.ones(samples)])):
        heard = []
        stems = engine(Hears(heard), normalisation="mono").separate(mixture)
        assert all(torch.isfinite(sound).all() and sound.abs().max() < 10 for sound in stems.values())
        assert all(torch.isfinite(chunk).all() and chunk.abs().max() < 10 for chunk in heard)


def test_streaming_from_a_file_gives_the_same_in_blocks_without_gaps(tmp_path):
    mixture = noise()
    write_audio(tmp_path / "song.wav", mixture, SAMPLE_RATE, "FLOAT")
    separator = engine(Gains(extra=50), batch_chunks=3, normalisation="mono", shifts=2)
    whole = separator.separate(mixture)
    with FileSource(tmp_path / "song.wav") as source:
        position = 0
        for start, block in separator.separate_stream(source):
            assert start == position
            position += block["bass"].shape[-1]
            for stem in STEMS:
                assert torch.allclose(block[stem], whole[stem][:, start:position], atol=1e-6)
    assert position == SAMPLES


def test_a_stream_holds_only_a_few_chunks():
    class Counts(TensorSource):
        def read(self, start, stop):
            longest.append(stop - start)
            return super().read(start, stop)

    longest = []
    separator = engine(Gains())
    blocks = [block["bass"].shape[-1] for _, block in separator.separate_stream(Counts(noise(50_000), SAMPLE_RATE))]
    assert max(longest) == 1000
    assert max(blocks) <= 1000
    assert sum(blocks) == 50_000


def test_batches_reach_over_jobs_of_other_networks_and_lose_none():
    one, two = Gains(), Gains()
    mixture = noise()
    stems = engine(one, two, batch_chunks=3).separate(mixture)
    assert all(torch.allclose(stems[stem], one.gains[stem] * mixture, atol=1e-6) for stem in STEMS)
    assert max(one.batches) == max(two.batches) == 3
    assert sum(one.batches) == sum(two.batches) == len(ChunkPlan.cut(SAMPLES, 1000, 0.25).starts())


def test_networks_leave_training():
    network = Gains()
    engine(network)
    assert network.evaluates


def test_progress_ends_at_one():
    shares = []
    list(engine(Gains()).separate_stream(TensorSource(noise(), SAMPLE_RATE), on_progress=shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("lead", [0, 123])
@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.8])
def test_the_shares_of_all_chunks_sum_to_one(overlap, lead):
    plan = ChunkPlan.cut(5_003, 1_000, overlap, lead)
    total = torch.zeros(5_003 + lead, dtype=torch.float64)
    for start in plan.starts():
        total[start + lead : start + lead + plan.length(start)] += plan.share(start)
    assert torch.allclose(total, torch.ones_like(total))


def test_the_level_of_a_song_does_not_depend_on_blocks(monkeypatch):
    mixture = noise()
    monkeypatch.setattr("separation.levels.BLOCK_SAMPLES", 97)
    level = measure_level(TensorSource(mixture, SAMPLE_RATE))
    assert level.mean == pytest.approx(float(mixture.mean(0).mean()), rel=1e-5)
    assert level.deviation == pytest.approx(float(mixture.mean(0).std()), rel=1e-5)


class Padded(Hears):
    """Needs chunks of a length at least, and context."""

    def input_samples(self, chunk_samples):
        return max(1500, chunk_samples + 40)


@pytest.mark.parametrize("network", [Hears, Padded])
@pytest.mark.parametrize("settings", [{}, {"overlap": 0.6}, {"shifts": 2, "flip_polarity": True}, {"batch_chunks": 3}])
@pytest.mark.parametrize("segment", [1000, 2000, None])
@pytest.mark.parametrize("samples", [1, 750, 2000, SAMPLES])
def test_the_workload_says_what_the_networks_are_given(network, settings, segment, samples):
    heard = []
    separator = engine(network(heard), segment=segment, **settings)
    separator.separate(noise(samples))
    workload = separator.workload()
    seconds = samples / SAMPLE_RATE
    assert workload.heard_seconds(seconds) * SAMPLE_RATE == pytest.approx(sum(x.shape[0] * x.shape[2] for x in heard))
    assert workload.longest_call_seconds(seconds) * SAMPLE_RATE <= 1e-6 + max(x.shape[0] * x.shape[2] for x in heard)


def test_the_workload_counts_what_a_network_fills_up_by_itself():
    network = Gains()
    network.grain_samples, network.border_samples = 400, 10
    assert engine(network, overlap=0.0).workload().heard_seconds(1390 / SAMPLE_RATE) == (1200 + 400) / SAMPLE_RATE
