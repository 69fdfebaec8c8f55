"""TensorFlow checkpoints are read without TensorFlow; damage is found."""

from __future__ import annotations

import tarfile
import zipfile

import numpy as np
import pytest

from models.errors import WeightError
from models.files.crc32c import crc32c, masked_crc32c
from models.files.tensorflow_checkpoint import read_checkpoint, read_published_checkpoint
from models.files.tensorflow_table import DamagedTableError, read_table
from tests.models.files.tensorflow_writer import append_block, masked, sorted_table, write_checkpoint


@pytest.fixture
def variables():
    rng = np.random.default_rng(0)
    return {
        "separator/conv1d/kernel": rng.standard_normal((15, 2, 24)).astype(np.float32),
        "separator/conv1d/bias": rng.standard_normal(24).astype(np.float32),
        "separator/conv1d_10/bias": rng.standard_normal(3).astype(np.float16),
        "separator/conv1d_2/bias": rng.standard_normal(3),
        "counts": np.arange(-3, 3, dtype=np.int32),
        "global_step": np.array(1 << 40, dtype=np.int64),
        "empty": np.zeros((0, 3), dtype=np.float32),
    }


@pytest.fixture
def prefix(tmp_path, variables):
    write_checkpoint(tmp_path / "model", variables)
    return tmp_path / "model"


def assert_equal(read, written):
    assert sorted(read) == sorted(written)
    for name, values in written.items():
        assert read[name].dtype == values.dtype
        assert read[name].shape == values.shape
        assert np.array_equal(read[name], values)


def test_checksums_are_those_of_the_standard():
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(bytes([0xFF] * 32)) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"") == 0


@pytest.mark.parametrize("size", [1, 3, 4, 1023, 1024, 1025, 2048, 2049, 5000, 70001])
def test_a_checksum_of_any_length_is_that_of_the_loop_over_bytes(size):
    data = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)
    kept = data.copy()
    assert masked_crc32c(data) == masked(data.tobytes()) == masked_crc32c(data.tobytes())
    assert np.array_equal(data, kept)


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("entries_per_block", [1, 3, 100])
def test_variables_come_back_with_their_names_types_and_shapes(tmp_path, variables, shards, entries_per_block):
    write_checkpoint(tmp_path / "model", variables, shards, entries_per_block)
    assert_equal(read_checkpoint(tmp_path / "model"), variables)


def test_arrays_can_be_written_to(prefix):
    counts = read_checkpoint(prefix)["counts"]
    counts[0] = 7
    assert counts[0] == 7


def test_a_folder_an_index_and_a_prefix_mean_the_same(prefix, variables):
    for path in (prefix, prefix.with_name("model.index"), prefix.parent):
        assert_equal(read_published_checkpoint(path), variables)


def test_archives_are_read_in_place(prefix, variables, tmp_path):
    (prefix.parent / "checkpoint").write_text('model_checkpoint_path: "model"')
    with tarfile.open(tmp_path / "4stems.tar.gz", "w:gz") as archive:
        for file in sorted(prefix.parent.glob("*model*")):
            archive.add(file, f"./{file.name}")
            archive.add(file, f"./._{file.name}")
    with zipfile.ZipFile(tmp_path / "models.zip", "w") as archive:
        for file in sorted(prefix.parent.glob("model.*")):
            archive.write(file, f"checkpoints/one/{file.name}")
            archive.write(file, f"checkpoints/two/{file.name}")
    assert_equal(read_published_checkpoint(tmp_path / "4stems.tar.gz"), variables)
    assert_equal(read_published_checkpoint(tmp_path / "models.zip", "two"), variables)
    with pytest.raises(WeightError, match=r"Got 2 files '.index': checkpoints/one/model.index, checkpoints/two"):
        read_published_checkpoint(tmp_path / "models.zip")
    with pytest.raises(WeightError, match="Got 0 files '.index' in a folder 'three'"):
        read_published_checkpoint(tmp_path / "models.zip", "three")


def test_an_archive_cut_short_is_refused(prefix, tmp_path):
    whole = tmp_path / "whole.tar.gz"
    with tarfile.open(whole, "w:gz") as archive:
        for file in sorted(prefix.parent.glob("model.*")):
            archive.add(file, file.name)
    short = tmp_path / "short.tar.gz"
    short.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(WeightError, match="must be sound and whole"):
        read_published_checkpoint(short)


def test_missing_files_are_named(prefix, tmp_path):
    with pytest.raises(WeightError, match=r"nothing.index"):
        read_checkpoint(tmp_path / "nothing")
    prefix.with_name("model.data-00000-of-00001").unlink()
    with pytest.raises(WeightError, match=r"files that do not open .*model.data-00000-of-00001"):
        read_checkpoint(prefix)


def test_a_truncated_data_file_is_called_so(prefix):
    data = prefix.with_name("model.data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:-10])
    with pytest.raises(WeightError, match="ends before the variable '.*' does: it is truncated"):
        read_checkpoint(prefix)


def test_a_changed_value_does_not_pass_its_checksum(prefix):
    data = prefix.with_name("model.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[100] ^= 1
    data.write_bytes(content)
    with pytest.raises(WeightError, match="whose values do not have their checksum"):
        read_checkpoint(prefix)


def test_every_changed_or_missing_byte_of_the_index_is_noticed_or_harmless(prefix, variables):
    index = prefix.with_name("model.index")
    whole = index.read_bytes()
    for position in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[position] ^= 0x55
        for content in (bytes(changed), whole[:position]):
            index.write_bytes(content)
            try:
                read = read_checkpoint(prefix)
            except WeightError:
                continue
            assert_equal(read, variables)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x02}q\x00." * 50, b"version https://git-lfs" * 10])
def test_a_foreign_index_is_refused(tmp_path, content):
    (tmp_path / "model.index").write_bytes(content)
    with pytest.raises(WeightError, match="must be sound and whole"):
        read_published_checkpoint(tmp_path / "model.index")


def test_types_that_are_no_numbers_are_refused(prefix):
    text_entry = b"\x08\x07\x12\x00"
    prefix.with_name("model.index").write_bytes(sorted_table({b"": b"\x08\x01", b"graph": text_entry}))
    with pytest.raises(WeightError, match="the variable 'graph' of the TensorFlow type 7"):
        read_checkpoint(prefix)


def test_slices_and_foreign_byte_order_are_refused(prefix):
    sliced = b"\x08\x01\x3a\x00"
    prefix.with_name("model.index").write_bytes(sorted_table({b"": b"\x08\x01", b"part": sliced}))
    with pytest.raises(WeightError, match="the variable 'part' in slices"):
        read_checkpoint(prefix)
    prefix.with_name("model.index").write_bytes(sorted_table({b"": b"\x08\x01\x10\x01"}))
    with pytest.raises(WeightError, match="big-endian"):
        read_checkpoint(prefix)
    prefix.with_name("model.index").write_bytes(sorted_table({b"other": b""}))
    with pytest.raises(WeightError, match="without the header"):
        read_checkpoint(prefix)


def test_a_compressed_block_is_refused():
    content, blocks = append_block(b"", {b"key": b"value"}, compression=1)
    footer = (b"\0\0" + blocks).ljust(40, b"\0")
    with pytest.raises(DamagedTableError, match="compression 1"):
        read_table(content + footer + sorted_table({})[-8:])


def test_a_table_of_many_keys_comes_back_in_order():
    table = {f"layer_{number:04d}/kernel".encode(): bytes(number % 5) for number in range(300)}
    assert read_table(sorted_table(table, 16)) == table
