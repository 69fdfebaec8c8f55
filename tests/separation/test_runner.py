"""Calling a network: how many chunks at a time, on which device, in which precision."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from models.errors import NetworkError
from models.network import Member
from separation.kept_facts import facts_path
from separation.precision import LEAST_AGREEMENT_DB, agreement_db, usable_precision
from separation.runner import CPU_BATCH_SAMPLES, Runner, fitting_chunks, is_out_of_memory

CPU = torch.device("cpu")


class Mixer(nn.Module):
    """A network of one matrix product, whose result shows the precision of its products."""

    stems, sample_rate = ("bass", "vocals"), 44_100

    def __init__(self, rounding=1.0):
        super().__init__()
        self.linear = nn.Linear(2, 4, bias=False)
        self.rounding = rounding
        self.calls = []
        nn.init.constant_(self.linear.weight, 0.3)

    def input_samples(self, chunk_samples):
        return chunk_samples

    def forward(self, mixture):
        mixed = self.linear(mixture.transpose(1, 2))
        self.calls.append(mixed.dtype)
        if mixed.dtype != torch.float32:
            mixed = mixed * self.rounding
        return mixed.transpose(1, 2).unflatten(1, (2, 2))


def member(network):
    return Member(network, {"bass": 1.0, "vocals": 1.0}, segment_samples=1000)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_cpu_is_given_chunks_up_to_a_total_length_but_at_least_one():
    runner = Runner(member(Mixer()), CPU, None, "float32")
    assert runner.batch_chunks(CPU_BATCH_SAMPLES // 3) == 3
    assert runner.batch_chunks(10 * CPU_BATCH_SAMPLES) == 1


def test_a_number_that_was_set_is_kept():
    assert Runner(member(Mixer()), CPU, 5, "float32").batch_chunks(10 * CPU_BATCH_SAMPLES) == 5


@pytest.mark.parametrize(
    ("chunk_bytes", "free_bytes", "chunks"),
    [(10**9, 10**10, 7), (10**9, 10**8, 1), (1, 10**10, 12), (0, 0, 1)],
)
def test_a_gpu_is_given_what_fits_into_its_free_memory(chunk_bytes, free_bytes, chunks):
    assert fitting_chunks(chunk_bytes, free_bytes, 12) == chunks


class Cuda:
    """What the runner asks of `torch.cuda`, for a GPU with 8 GB on which each sample takes 1,000 bytes."""

    def __init__(self):
        self.inputs = 0

    def reset_peak_memory_stats(self, device):
        pass

    def memory_allocated(self, device):
        return 10**9

    def max_memory_allocated(self, device):
        return 10**9 + 1000 * self.inputs

    def mem_get_info(self, device):
        return 8 * 10**9, 10**10


def test_the_number_for_a_gpu_is_found_for_each_length(monkeypatch):
    cuda = Cuda()
    network = Mixer()
    runner = Runner(member(network), CPU, None, "float32")
    runner._device = torch.device("cuda")
    monkeypatch.setattr("separation.runner.torch.cuda", cuda)
    monkeypatch.setattr("separation.runner.in_precision", lambda device, kind: torch.inference_mode())
    monkeypatch.setattr(torch.Tensor, "to", lambda self, device: self)
    for samples, chunks in ((44_100, 95), (882_000, 4)):
        assert runner.batch_chunks(samples) == 1
        cuda.inputs = samples
        runner(torch.zeros(1, 2, samples))
        assert runner.batch_chunks(samples) == chunks
    assert runner.batch_chunks(44_100) == 95


def test_a_network_that_returns_another_shape_than_it_promises_is_named():
    network = Mixer()
    network.stems = ("bass", "vocals", "drums")
    message = (
        r"The network 'Mixer' must .*here \(4, 3, 2, 50\), of a mixture of shape \(4, 2, 50\) for the stems bass, "
        r"vocals, drums\. Got \(4, 2, 2, 50\)\. Mend"
    )
    with pytest.raises(NetworkError, match=message):
        Runner(member(network), CPU, None, "float32")(torch.zeros(4, 2, 50))


@pytest.mark.parametrize("allocate", [lambda: torch.empty(1 << 50), lambda: bytearray(1 << 62)])
def test_what_a_full_memory_raises_is_recognised(allocate):
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        allocate()
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(RuntimeError("shape '[2]' is invalid"))


def test_float32_is_not_checked():
    network = Mixer()
    assert usable_precision(member(network), "float32", CPU) == "float32"
    assert network.calls == []


def test_a_lower_precision_that_agrees_is_used_and_gives_float32():
    network = Mixer()
    runner = Runner(member(network), CPU, None, "bfloat16")
    assert network.calls == [torch.float32, torch.bfloat16]
    mixture = torch.rand(3, 2, 50, generator=torch.Generator().manual_seed(0))
    result = runner(mixture)
    assert network.calls[-1] == torch.bfloat16
    assert result.dtype == torch.float32
    assert agreement_db(network(mixture)[0].detach(), result[0]) > LEAST_AGREEMENT_DB


def test_a_lower_precision_that_does_not_agree_is_refused_with_its_figure(caplog):
    assert usable_precision(member(Mixer(rounding=1.05)), "bfloat16", CPU) == "float32"
    assert "bfloat16 agrees with float32 to 2" in caplog.text
    assert "so float32 is used" in caplog.text


def test_a_network_that_cannot_run_so_is_run_in_float32(caplog):
    class Strict(Mixer):
        def forward(self, mixture):
            if torch.is_autocast_enabled("cpu"):
                raise RuntimeError("not implemented for 'BFloat16'")
            return super().forward(mixture)

    assert usable_precision(member(Strict()), "bfloat16", CPU) == "float32"
    assert "does not run in bfloat16: not implemented" in caplog.text
    assert not facts_path("precision").exists()


def test_the_figure_is_remembered_for_the_same_weights_only():
    network = Mixer()
    usable_precision(member(network), "bfloat16", CPU)
    again = Mixer()
    usable_precision(member(again), "bfloat16", CPU)
    assert again.calls == []
    nn.init.constant_(again.linear.weight, 0.2)
    usable_precision(member(again), "bfloat16", CPU)
    assert again.calls == [torch.float32, torch.bfloat16]


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"key": "fast"}'])
def test_a_damaged_record_is_measured_anew(content):
    facts_path("precision").parent.mkdir(parents=True)
    facts_path("precision").write_text(content)
    network = Mixer()
    assert usable_precision(member(network), "bfloat16", CPU) == "bfloat16"
    assert len(network.calls) == 2


def test_the_figure_is_measured_anew_where_the_network_is_used_in_another_way():
    network = Mixer()
    usable_precision(member(network), "bfloat16", CPU)
    usable_precision(replace(member(network), segment_samples=500), "bfloat16", CPU)
    assert len(network.calls) == 4


def test_agreement_is_that_of_the_worst_stem():
    exact = torch.ones(2, 2, 100)
    rough = exact.clone()
    rough[1] *= 1.1
    assert agreement_db(exact, rough) == pytest.approx(20.0, abs=0.01)
    rough[1] = float("nan")
    assert agreement_db(exact, rough) == -float("inf")


def test_a_silent_stem_is_judged_by_the_loudest_one():
    exact = torch.ones(2, 2, 100)
    exact[1] = 0
    rough = exact.clone()
    rough[1] += 1e-4
    assert agreement_db(exact, rough) == pytest.approx(20.0, abs=0.5)
