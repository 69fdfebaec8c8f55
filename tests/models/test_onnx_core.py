"""ONNX Runtime as the runner of a spectrogram network: same numbers as torch, clear errors."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import torch

from models.errors import ModelUnavailableError, WeightError
from models.onnx_core import OnnxCore
from tests.models.tdf_small import as_onnx, small_unet


class StandIn:
    """As much of the package as the core uses; its network doubles what it is given."""

    def __init__(self, shapes, fault=None):
        self.shapes, self.fault, self.calls = shapes, fault, []

    def SessionOptions(self):
        return SimpleNamespace()

    def InferenceSession(self, content, options, providers):
        self.calls.append((content, options, providers))
        if self.fault:
            raise self.fault
        ends = [SimpleNamespace(name=f"in{place}", shape=shape) for place, shape in enumerate(self.shapes)]
        return SimpleNamespace(
            get_inputs=lambda: ends,
            get_outputs=lambda: [SimpleNamespace(name="out")],
            run=lambda names, feeds: [2 * feeds["in0"]],
        )


@pytest.fixture
def install(monkeypatch):
    def put(stand_in):
        monkeypatch.setitem(sys.modules, "onnxruntime", stand_in)
        return stand_in

    return put


def test_the_runtime_gets_the_bytes_as_many_threads_as_torch_and_no_device_but_the_processor(install):
    runtime = install(StandIn([["batch", 4, 16, 8]]))
    core = OnnxCore(b"network", "'x.onnx'")
    ((content, options, providers),) = runtime.calls
    assert content == b"network"
    assert options.intra_op_num_threads == torch.get_num_threads()
    assert providers == ["CPUExecutionProvider"]
    assert (core.band_bins, core.frames) == (16, 8)


def test_a_spectrum_in_any_layout_goes_through_and_is_left_as_it_is(install):
    install(StandIn([["batch", 4, 16, 8]]))
    spectrum = torch.randn(3, 4, 8, 16).mT
    before = spectrum.clone()
    assert torch.equal(OnnxCore(b"", "'x.onnx'")(spectrum), 2 * before)
    assert torch.equal(spectrum, before)


@pytest.mark.parametrize(
    "shapes", [[["batch", 2, 16, 8]], [["batch", 4, 16, "frames"]], [[1, 4, 16]], [[1, 4, 16, 8]] * 2]
)
def test_a_network_of_other_inputs_is_refused(install, shapes):
    install(StandIn(shapes))
    with pytest.raises(WeightError, match=r"'x.onnx' must hold a network of one output and one input of the shape"):
        OnnxCore(b"", "'x.onnx'")


def test_what_the_runtime_cannot_read_is_refused_with_its_reason(install):
    install(StandIn([], fault=Exception("protobuf\nparsing failed")))
    with pytest.raises(WeightError, match="'x.onnx' must hold an ONNX network. Got: protobuf parsing failed. Replace"):
        OnnxCore(b"", "'x.onnx'")


def test_without_the_package_the_error_names_the_extra(install):
    install(None)  # Python's way to say that a module cannot be imported
    with pytest.raises(ModelUnavailableError, match="'x.onnx' .* package 'onnxruntime'. Got: .* extra `onnx`"):
        OnnxCore(b"", "'x.onnx'")


def test_the_real_runtime_gives_what_torch_gives():
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx", reason="torch's exporter needs it")
    network = small_unet(blocks=5, layers=2, growth=3)
    core = OnnxCore(as_onnx(network), "'x.onnx'")
    spectrum = torch.randn(3, 4, 16, 8, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = network(spectrum)
        estimate = core(spectrum)
    assert expected.abs().max() > 0.1
    assert torch.allclose(estimate, expected, atol=1e-4)


def test_the_real_runtime_refuses_what_is_no_network():
    pytest.importorskip("onnxruntime")
    with pytest.raises(WeightError, match="must hold an ONNX network. Got: .*INVALID_PROTOBUF"):
        OnnxCore(b"no network", "'x.onnx'")
