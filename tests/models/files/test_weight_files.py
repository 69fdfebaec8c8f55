"""Hashes, records and first bytes of weight files."""

from __future__ import annotations

import hashlib
import json

import pytest

from models.errors import WeightError
from models.files.weight_files import (
    check_download,
    check_weight_file,
    is_placed_by_hand,
    record_path,
    record_verified,
    sha256_of,
)
from models.manifest import WeightFile

CONTENT = b"\x80eights" + b"weights" * 999
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "bass.pth"
    path.write_bytes(CONTENT)
    return path


def _file(**changes):
    row = {
        "role": "bass",
        "name": "bass.pth",
        "urls": ("https://example.org/bass.pth",),
        "sha256_prefix": SHA256[:8],
        "approximate_megabytes": 0.007,
    }
    return WeightFile(**{**row, **changes})


def test_the_hash_is_that_of_the_whole_file(path):
    assert sha256_of(path) == SHA256


@pytest.mark.parametrize("changes", [{}, {"sha256": SHA256}])
def test_the_published_file_passes(path, changes):
    assert check_weight_file(path, _file(**changes), "tiny") == SHA256


def test_one_flipped_byte_is_refused_as_another_file(path):
    path.write_bytes(b"W" + CONTENT[1:])
    with pytest.raises(WeightError, match=f"'tiny' must have a sha256 that begins with {SHA256[:8]}.*it was changed"):
        check_weight_file(path, _file(), "tiny")


def test_a_truncated_file_is_called_truncated_with_both_sizes(path):
    path.write_bytes(CONTENT[:100])
    with pytest.raises(WeightError, match=r"looks truncated, 100 bytes instead of about 0\.007 MB"):
        check_weight_file(path, _file(), "tiny")


def test_a_git_lfs_pointer_is_called_by_its_name(path):
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 7000\n")
    with pytest.raises(WeightError, match=r"Git LFS pointer of \d+ bytes. Run `git lfs pull`, or.*example\.org"):
        check_weight_file(path, _file(), "tiny")


def test_a_recorded_hash_holds_from_then_on_beyond_the_published_prefix(path):
    record_verified(path, "https://example.org/bass.pth", SHA256[:-1] + ("0" if SHA256[-1] != "0" else "1"))
    with pytest.raises(WeightError, match="it was changed"):
        check_weight_file(path, _file(), "tiny")


def test_a_broken_record_is_refused_with_the_next_step(path):
    record_path(path).write_text("not json", encoding="utf-8")
    with pytest.raises(WeightError, match="Delete the record and the weight file"):
        check_weight_file(path, _file(), "tiny")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\n<!DOCTYPE html><html>not today</html>", id="page"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\noid", id="pointer"),
        pytest.param(CONTENT[:6000], id="short"),
        pytest.param(b"", id="empty"),
    ],
)
def test_without_a_published_hash_what_cannot_be_the_file_is_not_trusted(path, content):
    file = _file(sha256_prefix=None)
    assert check_download(path, "https://example.org/bass.pth", file, "tiny") == SHA256
    path.write_bytes(content)
    with pytest.raises(
        WeightError, match=r"must be a weight file \(\.pth\) of about 0\.007 MB\. Got \d+ bytes that begin with"
    ):
        check_download(path, "https://example.org/bass.pth", file, "tiny")


_XML, _JSON = (
    b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
    b'{"error": "rate limited, try again later"}',
)
_SAFETENSORS = (40).to_bytes(8, "little") + b'{"__metadata__":{}}'


@pytest.mark.parametrize(
    "suffix", [".pth", ".th", ".pt", ".ckpt", ".gz", ".tar.gz", ".h5", ".zip", ".safetensors", ".bin"]
)
@pytest.mark.parametrize("content", [_XML, _JSON], ids=["xml", "json"])
def test_error_pages_are_no_weight_files_of_any_suffix(path, suffix, content):
    path.write_bytes(content)
    file = _file(name=f"bass{suffix}", sha256_prefix=None, approximate_megabytes=None)
    with pytest.raises(WeightError, match="nothing was kept"):
        check_download(path, "https://example.org/bass", file, "tiny")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        *[(suffix, start) for suffix in (".pth", ".th", ".pt", ".ckpt") for start in (b"PK\x03\x04", b"\x80\x02")],
        *[(suffix, b"\x1f\x8b") for suffix in (".gz", ".tar.gz")],
        (".h5", b"\x89HDF\r\n\x1a\n"),
        (".zip", b"PK\x03\x04"),
        (".safetensors", _SAFETENSORS),
        (".bin", b"anything"),
    ],
)
def test_a_file_that_begins_as_its_suffix_says_is_taken(path, suffix, content):
    path.write_bytes(content)
    file = _file(name=f"bass{suffix}", sha256_prefix=None, approximate_megabytes=None)
    assert check_download(path, "https://example.org/bass", file, "tiny") == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sha256": SHA256[:8]}, "must hold 64 hexadecimal digits under the key 'sha256'"),
        ({"sha256": ""}, "must hold 64 hexadecimal digits"),
        ({"sha256": None}, "must hold 64 hexadecimal digits"),
        ({"bytes": 6999}, "must hold the 7000 bytes of its file under the key 'bytes'. Got: 6999"),
        ({"bytes": "7000"}, "Got: '7000'"),
    ],
)
def test_a_record_with_other_entries_than_a_program_writes_is_refused(path, changes, text):
    record_verified(path, "https://example.org/bass.pth", SHA256)
    record = json.loads(record_path(path).read_text(encoding="utf-8"))
    record_path(path).write_text(json.dumps({**record, **changes}), encoding="utf-8")
    with pytest.raises(WeightError) as caught:
        check_weight_file(path, _file(), "tiny")
    assert text in str(caught.value)


@pytest.mark.parametrize("text", ["[]", "[" * 100_000, '"text"'])
def test_a_record_that_is_no_object_is_refused(path, text):
    record_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(WeightError, match="Delete the record and the weight file"):
        check_weight_file(path, _file(), "tiny")


def test_the_record_of_a_file_placed_by_hand_names_no_address(path):
    record_verified(path, None, SHA256)
    assert json.loads(record_path(path).read_text(encoding="utf-8")) == {
        "file": "bass.pth",
        "sha256": SHA256,
        "bytes": 7000,
        "placed_by_hand": True,
    }
    assert is_placed_by_hand(path)
    assert check_weight_file(path, _file(), "tiny") == SHA256
