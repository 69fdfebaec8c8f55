"""Tensors come back from a safetensors file bit by bit."""

from __future__ import annotations

import os

import pytest
import torch

from models.files.tensor_files import read_tensors, same_bytes, write_tensors

TYPES = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int16, torch.uint8, torch.bool]


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)], ids=str)
def test_every_type_and_shape_comes_back_with_its_bits(tmp_path, dtype, shape):
    whole = torch.arange(torch.Size(shape).numel()).to(dtype).reshape(shape)
    tensors = {"whole": whole, "expanded": whole.expand(2, *shape), "view": whole.T[1:] if shape else whole}
    write_tensors(tmp_path / "t.safetensors", tensors, {"fact": "text"})
    read, facts = read_tensors(tmp_path / "t.safetensors")
    assert facts == {"fact": "text"}
    assert same_bytes(read, tensors)
    assert read["whole"].dtype == dtype
    assert read["view"].tolist() == tensors["view"].tolist()


def test_numbers_that_equal_nothing_are_compared_by_their_bits():
    number = torch.tensor([float("nan"), 0.0])
    assert same_bytes({"a": number}, {"a": number.clone()})
    assert not same_bytes({"a": number}, {"a": torch.tensor([float("nan"), -0.0])})
    assert not same_bytes({"a": number}, {"a": number.double()})
    assert not same_bytes({"a": number}, {"a": number[None]})
    assert not same_bytes({"a": number}, {"b": number})


def test_read_tensors_lie_in_memory_of_their_own(tmp_path):
    path = tmp_path / "t.safetensors"
    write_tensors(path, {"a": torch.ones(1000)}, {})
    read, _ = read_tensors(path)
    with path.open("r+b") as stream:
        stream.seek(-4000, os.SEEK_END)
        stream.write(bytes(4000))
    assert torch.equal(read["a"], torch.ones(1000))
    assert read["a"].data_ptr() % 64 == 0


def test_others_may_read_the_file_as_they_may_any_other(tmp_path):
    write_tensors(tmp_path / "t.safetensors", {"a": torch.ones(1)}, {})
    (tmp_path / "plain").touch()
    assert os.stat(tmp_path / "t.safetensors").st_mode == os.stat(tmp_path / "plain").st_mode


@pytest.mark.parametrize("content", [b"", b"no tensors", b"\xff" * 100])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "t.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match="a damaged safetensors file"):
        read_tensors(tmp_path / "t.safetensors")
