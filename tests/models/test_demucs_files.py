"""Demucs's weight files: both formats, and what is refused in them."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from models.demucs_files import load_network
from models.errors import WeightError
from models.files.diffq_states import QUANTISER_PATH
from models.files.tensor_files import read_tensors
from tests.models.demucs_cases import SOURCES, TINY, package_of, small_demucs
from tests.models.files.diffq_writer import packed_state
from tests.models.files.stand_in_classes import importable_class


def _encode(value):
    if isinstance(value, Fraction):
        return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
    return [_encode(item) for item in value] if isinstance(value, list | tuple) else value


def _save_safetensors(path, package, class_path=None, **metadata):
    klass = package["klass"]
    kwargs = {key: _encode(value) for key, value in package["kwargs"].items()}
    described = {
        "klass": class_path or f"{klass.__module__}.{klass.__name__}",
        "args": json.dumps(_encode(package["args"])),
        "kwargs": json.dumps(kwargs),
        **metadata,
    }
    save_file({key: tensor.contiguous() for key, tensor in package["state"].items()}, path, metadata=described)


def _same(loaded, network):
    expected = {key: tensor.half().float() for key, tensor in network.state_dict().items()}
    return all(torch.equal(tensor, expected[key]) for key, tensor in loaded.state_dict().items())


@pytest.mark.parametrize("name", TINY)
def test_a_th_package_loads_into_the_same_network(tmp_path, name):
    network = small_demucs(name)
    torch.save(package_of(network), tmp_path / "tiny.th")
    loaded = load_network(tmp_path / "tiny.th", "tiny")
    assert type(loaded) is type(network)
    assert (loaded.segment, loaded.sources, loaded.training) == (network.segment, SOURCES, False)
    assert _same(loaded, network)


@pytest.mark.parametrize("name", TINY)
def test_a_safetensors_package_loads_into_the_same_network(tmp_path, name):
    network = small_demucs(name)
    _save_safetensors(tmp_path / "tiny.safetensors", package_of(network))
    loaded = load_network(tmp_path / "tiny.safetensors", "tiny")
    assert type(loaded) is type(network)
    assert loaded.segment == network.segment
    assert _same(loaded, network)


def test_the_class_name_of_the_oldest_files_is_known_in_safetensors(tmp_path):
    network = small_demucs("HDemucs")
    _save_safetensors(tmp_path / "tiny.safetensors", package_of(network), "demucs.wdemucs.WDemucs")
    assert _same(load_network(tmp_path / "tiny.safetensors", "tiny"), network)


def test_the_class_name_of_the_oldest_files_is_known_in_pickles(tmp_path):
    network = small_demucs("HDemucs")
    torch.save(package_of(network), tmp_path / "new.th")
    renamed = 0
    with zipfile.ZipFile(tmp_path / "new.th") as new, zipfile.ZipFile(tmp_path / "old.th", "w") as old:
        for entry in new.namelist():
            content = new.read(entry)
            renamed += content.count(b"demucs.hdemucs\nHDemucs")
            old.writestr(entry, content.replace(b"demucs.hdemucs\nHDemucs", b"demucs.wdemucs\nWDemucs"))
    assert renamed == 1
    assert _same(load_network(tmp_path / "old.th", "tiny"), network)


def test_numpy_numbers_among_the_training_metrics_are_harmless(tmp_path):
    package = {**package_of(small_demucs("Demucs")), "metrics": [{"sdr": np.float64(6.5), "epoch": np.int64(3)}]}
    torch.save(package, tmp_path / "tiny.th")
    assert load_network(tmp_path / "tiny.th", "tiny").sources == SOURCES


def test_arguments_that_the_package_dropped_are_logged(tmp_path, caplog):
    package = package_of(small_demucs("Demucs"))
    torch.save({**package, "kwargs": {**package["kwargs"], "old_option": 1}}, tmp_path / "tiny.th")
    load_network(tmp_path / "tiny.th", "tiny")
    assert "old_option" in caplog.text


def test_loading_leaves_the_global_generator_alone(tmp_path):
    torch.save(package_of(small_demucs("Demucs")), tmp_path / "tiny.th")
    state = torch.get_rng_state()
    load_network(tmp_path / "tiny.th", "tiny")
    assert torch.equal(torch.get_rng_state(), state)


class _Foreign:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_pickle_with_a_foreign_function_is_refused_by_name_and_not_run(tmp_path, capsys):
    torch.save({**package_of(small_demucs("Demucs")), "metrics": _Foreign()}, tmp_path / "tiny.th")
    with pytest.raises(WeightError, match=r"model 'tiny' must hold one Demucs network.*Got a reference to 'print'"):
        load_network(tmp_path / "tiny.th", "tiny")
    assert "never" not in capsys.readouterr().out


def test_a_pickle_with_a_foreign_class_is_refused_by_name(tmp_path):
    package = {**package_of(small_demucs("Demucs")), "klass": torch.nn.Transformer}
    torch.save(package, tmp_path / "tiny.th")
    with pytest.raises(WeightError, match=r"torch\.nn\.modules\.transformer\.Transformer"):
        load_network(tmp_path / "tiny.th", "tiny")


def test_an_allowed_name_that_is_no_network_is_refused_as_class(tmp_path):
    torch.save({**package_of(small_demucs("Demucs")), "klass": Fraction}, tmp_path / "tiny.th")
    with pytest.raises(WeightError, match=r"Got the class <class 'fractions\.Fraction'>"):
        load_network(tmp_path / "tiny.th", "tiny")


def test_metadata_may_not_name_any_importable_class(tmp_path):
    _save_safetensors(tmp_path / "tiny.safetensors", package_of(small_demucs("Demucs")), "subprocess.Popen")
    with pytest.raises(WeightError, match=r"Got metadata that names subprocess\.Popen"):
        load_network(tmp_path / "tiny.safetensors", "tiny")


@pytest.mark.parametrize("arguments", ["not json", "[1"])
def test_metadata_with_unreadable_arguments_is_refused(tmp_path, arguments):
    _save_safetensors(tmp_path / "tiny.safetensors", package_of(small_demucs("Demucs")), args=arguments)
    with pytest.raises(WeightError, match="must hold one Demucs network.*Got JSONDecodeError"):
        load_network(tmp_path / "tiny.safetensors", "tiny")


_ZERO = '{"_type": "fraction", "numerator": 1, "denominator": 0}'


@pytest.mark.parametrize(
    ("metadata", "received"),
    [
        ({"kwargs": f'{{"segment": {_ZERO}}}'}, "ZeroDivisionError"),
        ({"kwargs": '{"segment": {"_type": "fraction", "numerator": "1", "denominator": 2}}'}, "TypeError"),
        ({"kwargs": '{"segment": {"_type": "fraction"}}'}, "KeyError"),
        ({"kwargs": "[1, 2]"}, "'kwargs' of the type list"),
        ({"args": "3"}, "'args' of the type int"),
        ({"args": "[" * 100_000 + "]" * 100_000}, "RecursionError"),
        ({"args": "[" * 900 + "]" * 900}, ""),
        ({"structure": '{"_list": []}'}, "'state' of the type list"),
        ({"structure": '{"_list": [' * 20_000 + "]}" * 20_000}, "RecursionError"),
        ({"kwargs": '{"channels": 1e400}'}, "Error"),
    ],
)
def test_damaged_and_hostile_metadata_is_refused(tmp_path, metadata, received):
    path = tmp_path / "tiny.safetensors"
    _save_safetensors(path, package_of(small_demucs("Demucs")))
    tensors, facts = read_tensors(path)
    save_file(tensors, path, metadata={**facts, **metadata})
    with pytest.raises(WeightError, match=f"must hold one Demucs network.*Got .*{received}"):
        load_network(path, "tiny")


@pytest.mark.parametrize(("key", "value"), [("args", 3), ("kwargs", [1]), ("state", [1])])
def test_a_pickle_with_parts_of_another_kind_is_refused(tmp_path, key, value):
    torch.save({**package_of(small_demucs("Demucs")), key: value}, tmp_path / "tiny.th")
    with pytest.raises(WeightError, match=f"Got '{key}' of the type"):
        load_network(tmp_path / "tiny.th", "tiny")


def _described(value, tensors):
    """Return the metadata `structure` of a nested state, as the publisher writes it, and collect the tensors."""
    if isinstance(value, torch.Tensor):
        tensors[str(len(tensors))] = value
        return {"_tensor": str(len(tensors) - 1)}
    if isinstance(value, dict):
        return {"_dict": [[key, _described(item, tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return {f"_{type(value).__name__}": [_described(item, tensors) for item in value]}
    return {"_class": f"{value.__module__}.{value.__name__}"} if isinstance(value, type) else value


@pytest.fixture
def quantiser():
    with importable_class(QUANTISER_PATH) as made:
        yield made


@pytest.mark.parametrize("suffix", [".th", ".safetensors"])
@pytest.mark.parametrize(("name", "min_size"), [("Demucs", 0.001), ("HDemucs", 0.2)])
def test_a_quantised_state_loads_without_the_package_that_quantised_it(tmp_path, quantiser, name, min_size, suffix):
    network = small_demucs(name)
    state, expected = packed_state(network, quantiser, min_size)
    assert len(state["quantized"]) > 5
    path = tmp_path / f"tiny{suffix}"
    if suffix == ".th":
        torch.save({**package_of(network), "state": state}, path)
    else:
        tensors = {}
        structure = json.dumps(_described(state, tensors))
        _save_safetensors(path, {**package_of(network), "state": tensors}, structure=structure)
    loaded = load_network(path, "tiny").state_dict()
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[key], weights) for key, weights in expected.items())


@pytest.mark.parametrize("node", [{"_class": "subprocess.Popen"}, {"_call": []}, {"_list": [], "_tensor": "0"}])
def test_a_structure_of_anything_else_is_refused(tmp_path, node):
    _save_safetensors(tmp_path / "tiny.safetensors", package_of(small_demucs("Demucs")), structure=json.dumps(node))
    with pytest.raises(WeightError, match=r"a structure with the node \{'_"):
        load_network(tmp_path / "tiny.safetensors", "tiny")


def test_a_quantised_state_that_is_incomplete_is_refused(tmp_path):
    torch.save(
        {**package_of(small_demucs("Demucs")), "state": {"__quantized": True, "quantized": []}}, tmp_path / "tiny.th"
    )
    with pytest.raises(WeightError, match="Got KeyError: 'meta'"):
        load_network(tmp_path / "tiny.th", "tiny")


def test_a_bare_state_of_demucs_v2_is_refused_with_the_reason(tmp_path):
    torch.save(small_demucs("Demucs").state_dict(), tmp_path / "tiny.th")
    with pytest.raises(WeightError, match="a file of Demucs v1 or v2"):
        load_network(tmp_path / "tiny.th", "tiny")


def test_a_state_that_does_not_fit_is_refused(tmp_path):
    package = package_of(small_demucs("Demucs"))
    state = {key: tensor for key, tensor in package["state"].items() if key != "decoder.0.0.bias"}
    torch.save({**package, "state": state}, tmp_path / "tiny.th")
    with pytest.raises(WeightError, match=r"decoder\.0\.0\.bias"):
        load_network(tmp_path / "tiny.th", "tiny")


@pytest.mark.parametrize("name", ["tiny.th", "tiny.safetensors"])
def test_a_file_that_is_no_package_at_all_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"not a package" * 10)
    with pytest.raises(WeightError, match="must hold one Demucs network"):
        load_network(tmp_path / name, "tiny")
