"""xumx-sliCQ loads its publisher's files strictly."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import WeightError
from models.registry import model_entry
from models.xumx_slicq import XumxSlicq, XumxSlicqConfig
from models.xumx_slicq_files import load_network, published_parts
from models.xumx_slicq_v1 import XumxSlicqV1, XumxSlicqV1Config
from separation import create_separator
from tests.models.slicq_cases import CONFIG, CONFIG_V1, PublishedV1, PublishedV2, random_published

PUBLISHED_SHAPES = {
    "sliced_umx.0.input_mean": (1,),
    "sliced_umx.1.input_scale": (86,),
    "sliced_umx.1.cdaes.0.0.weight": (50, 2, 5, 16),
    "sliced_umx.1.cdaes.3.3.weight": (51, 50, 5, 4),
    "sliced_umx.2.cdaes.1.6.weight": (51, 50, 3, 4),
    "sliced_umx.69.cdaes.2.9.weight": (50, 2, 1, 292),
    "sliced_umx.68.cdaes.2.9.bias": (2,),
    "sliced_umx.69.cdaes.0.4.running_var": (51,),
}
PUBLISHED_SHAPES_V1 = {
    "bucketed_unmixes_vocals.1.input_mean": (86,),
    "bucketed_unmixes_bass.1.cdae.0.weight": (25, 2, 5, 7),
    "bucketed_unmixes_drums.50.cdae.3.weight": (55, 25, 1, 13),
    "bucketed_unmixes_other.2.cdae.6.weight": (55, 25, 3, 7),
    "bucketed_unmixes_other.1.cdae.9.weight": (25, 2, 5, 7),
    "bucketed_unmixes_vocals.50.cdae.10.num_batches_tracked": (),
    "bucketed_unmixes_vocals.50.cdae.12.weight": (2, 2, 1, 3),
}
CASES = {
    "version 2": (PublishedV2, CONFIG, XumxSlicq),
    "version 1": (PublishedV1, CONFIG_V1, XumxSlicqV1),
}


@pytest.fixture(params=CASES)
def case(request):
    published_class, config, network_class = CASES[request.param]
    return random_published(published_class, config), lambda: network_class(config)


@pytest.mark.parametrize(
    ("published", "network", "shapes", "count"),
    [
        (lambda: PublishedV2(XumxSlicqConfig()), lambda: XumxSlicq(XumxSlicqConfig()), PUBLISHED_SHAPES, 5740),
        (
            lambda: PublishedV1(XumxSlicqV1Config()),
            lambda: XumxSlicqV1(XumxSlicqV1Config()),
            PUBLISHED_SHAPES_V1,
            5712,
        ),
    ],
    ids=CASES,
)
def test_the_published_keys_are_known_and_each_is_a_part_of_one_tensor(published, network, shapes, count):
    with torch.device("meta"):
        state, parts = published().state_dict(), published_parts(network())
    named = [name for names in parts.values() for name in names]
    assert len(named) == len(set(named)) == count
    assert set(named) == set(state)
    assert {name: tuple(state[name].shape) for name in shapes} == shapes


@torch.inference_mode()
def test_a_file_in_the_publishers_format_gives_the_same_output(tmp_path, case):
    reference, make = case
    path = tmp_path / "published.pth"
    torch.save(reference.state_dict(), path)
    network = load_network(path, "xumx_slicq", make)
    assert not network.training
    mixture = 0.3 * torch.randn(1, 2, 4000, generator=torch.Generator().manual_seed(0))
    expected = reference(mixture)
    assert (network(mixture) - expected).abs().max() < 2e-5 * expected.abs().max()


def test_a_loaded_network_can_be_trained(tmp_path, case):
    reference, make = case
    path = tmp_path / "published.pth"
    torch.save(reference.state_dict(), path)
    network = load_network(path, "xumx_slicq", make).train()
    network(torch.randn(1, 2, 3000)).square().mean().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_a_missing_an_unknown_and_a_misshapen_tensor_are_refused_by_name(tmp_path, case):
    reference, make = case
    path = tmp_path / "published.pth"
    state = reference.state_dict()
    first = next(name for name in state if name.endswith("0.weight"))
    wrong = {
        first: {name: tensor for name, tensor in state.items() if name != first},
        "tensors that xumx-sliCQ does not have: extra": {**state, "extra": torch.zeros(1)},
        "size mismatch|Sizes of tensors must match": {**state, first: state[first][..., :-1]},
    }
    for message, content in wrong.items():
        torch.save(content, path)
        with pytest.raises(WeightError, match=message):
            load_network(path, "xumx_slicq", make)


def test_a_file_of_other_sizes_or_of_the_other_version_is_refused(tmp_path, case):
    reference, _ = case
    path = tmp_path / "published.pth"
    torch.save(reference.state_dict(), path)
    others = [lambda: XumxSlicq(replace(CONFIG, outer_channels=2)), lambda: XumxSlicqV1(replace(CONFIG_V1, bands=43))]
    for make in others:
        with pytest.raises(WeightError, match="must hold an xumx-sliCQ network of the sizes of its row"):
            load_network(path, "xumx_slicq", make)


class _Foreign:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_pickle_that_calls_a_function_is_refused_and_not_run(tmp_path, case, capsys):
    reference, make = case
    path = tmp_path / "published.pth"
    torch.save({**reference.state_dict(), "extra": _Foreign()}, path)
    with pytest.raises(WeightError, match="Got a reference to 'print'"):
        load_network(path, "xumx_slicq", make)
    assert "never" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("xumx_slicq", {"post_filter": "slicq", "corrected": False}),
        ("xumx_slicq_stft", {"post_filter": "stft", "corrected": False}),
        ("xumx_slicq_v2", {"realtime": False}),
        ("xumx_slicq_v2_realtime", {"realtime": True}),
    ],
)
def test_a_row_builds_its_network_and_published_weights_are_never_corrected(name, facts):
    small = {"bands": 20, "min_hz": 1000.0, "outer_channels": 4, "middle_channels": 4}
    engine = create_separator(name, device="cpu", random_weights=True, random_arguments=small)
    member = engine.bag.members[0]
    assert {key: getattr(member.network.config, key) for key in facts} == facts
    assert "corrected" not in model_entry(name).architecture
    assert (member.normalisation, member.segment_samples, member.overlap) == ("none", 2_621_440, 0.02)
