"""A converted file is loaded only while its record and the published file's hash speak for it."""

from __future__ import annotations

import hashlib
import json

import pytest

from models.errors import WeightError
from models.files.checkpoints import find_published, find_weights, locate_published, locate_weights, user_cache_folder
from models.files.converted_files import check_converted, is_converted, published_sha256, record_converted
from models.files.weight_files import record_path, record_verified
from models.manifest import WeightFile

CONTENT, CONVERTED = b"weights" * 1000, b"the same weights" * 500
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def _file(**changes):
    row = {"role": "bass", "name": "bass.pth", "urls": ("https://example.org/bass.pth",), "sha256_prefix": SHA256[:8]}
    return WeightFile(**{**row, **changes})


def _put(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bass.pth").write_bytes(CONTENT)
    return folder / "bass.pth"


def _put_converted(folder, file=None, origin_sha256=SHA256):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (file or _file()).converted_name
    path.write_bytes(CONVERTED)
    record_converted(path, path, folder / "bass.pth", origin_sha256)
    return path


def test_the_name_is_the_published_one_with_an_ending_or_the_publishers_own():
    assert _file().converted_name == "bass.pth.safetensors"
    assert _file(also_accepted=("b.th", "bass.safetensors")).converted_name == "bass.safetensors"


def test_the_record_says_what_it_was_made_from(tmp_path):
    path = _put_converted(tmp_path)
    assert json.loads(record_path(path).read_text(encoding="utf-8")) == {
        "file": "bass.pth.safetensors",
        "sha256": hashlib.sha256(CONVERTED).hexdigest(),
        "bytes": len(CONVERTED),
        "source": "bass.pth",
        "converted_from": SHA256,
    }


def test_in_a_folder_the_converted_file_is_loaded(bare_machine):
    published, converted = _put(bare_machine / "named"), _put_converted(bare_machine / "named")
    assert locate_weights("tiny", _file(), str(published.parent)) == converted
    assert locate_published("tiny", _file(), str(published.parent)) == published
    assert published_sha256(converted, _file()) == published_sha256(published, _file()) == SHA256


def test_it_is_loaded_where_the_published_file_is_gone(bare_machine):
    converted = _put_converted(user_cache_folder())
    assert locate_weights("tiny", _file()) == converted
    assert find_published(_file()) is None


def test_one_in_the_cache_is_loaded_for_a_published_file_in_a_folder_that_comes_first(bare_machine):
    published, converted = _put(bare_machine / "named"), _put_converted(user_cache_folder())
    assert locate_weights("tiny", _file(), str(published.parent)) == converted


def test_one_in_a_later_folder_than_the_published_file_is_not_loaded(bare_machine):
    published = _put(bare_machine / "named")
    _put_converted(bare_machine / "repository" / "weights")
    assert locate_weights("tiny", _file(), str(published.parent)) == published


def test_a_changed_file_is_refused_with_the_next_step(bare_machine):
    _put(user_cache_folder())
    path = _put_converted(user_cache_folder())
    path.write_bytes(CONVERTED[1:])
    with pytest.raises(
        WeightError,
        match="converted file .* of the model 'tiny' must have the sha256 .* of its record. Got .*: it was changed. "
        "`mdx models convert tiny` makes it again from bass.pth; or delete it",
    ):
        locate_weights("tiny", _file())


def test_a_file_without_its_record_is_refused(bare_machine):
    path = _put_converted(user_cache_folder())
    record_path(path).unlink()
    with pytest.raises(WeightError, match="must have its record 'bass.pth.safetensors.json' beside it. Got none"):
        locate_weights("tiny", _file())


def test_a_record_that_names_no_origin_is_refused(bare_machine):
    path = _put_converted(user_cache_folder())
    record_verified(path, "https://example.org", hashlib.sha256(CONVERTED).hexdigest())
    with pytest.raises(WeightError, match="must hold 64 hexadecimal digits under the key 'converted_from'"):
        locate_weights("tiny", _file())


def test_a_git_lfs_pointer_is_called_by_its_name(bare_machine):
    path = _put_converted(user_cache_folder())
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64)
    with pytest.raises(WeightError, match="Git LFS pointer"):
        locate_weights("tiny", _file())


@pytest.mark.parametrize("published_is_here", [True, False])
def test_a_file_made_from_another_than_the_published_one_is_refused(bare_machine, published_is_here):
    if published_is_here:
        _put(user_cache_folder())
    _put_converted(user_cache_folder(), origin_sha256="0" * 64)
    with pytest.raises(
        WeightError, match=f"made from a file with a sha256 that begins with {SHA256[:8]}. Got one made from 0{{64}}"
    ):
        locate_weights("tiny", _file())


@pytest.mark.parametrize("published_is_here", [True, False])
def test_the_record_of_the_published_file_holds_beyond_its_published_prefix(bare_machine, published_is_here):
    published = _put(user_cache_folder())
    record_verified(published, "https://example.org", SHA256)
    if not published_is_here:
        published.unlink()
    path = _put_converted(user_cache_folder(), origin_sha256=SHA256[:-1] + ("1" if SHA256[-1] == "0" else "0"))
    with pytest.raises(WeightError, match=f"begins with {SHA256}"):
        check_converted(path, find_published(_file()), _file(), "tiny")


def test_a_newer_file_of_the_users_own_is_noticed_without_any_hash_of_it(bare_machine):
    file = _file(sha256_prefix=None)
    published, converted = _put(bare_machine / "named"), _put_converted(bare_machine / "named", file)
    assert locate_weights("tiny", file, str(published.parent)) == converted
    published.write_bytes(b"trained for longer")
    with pytest.raises(WeightError, match=f"Got one made from {SHA256}"):
        locate_weights("tiny", file, str(published.parent))


def test_the_publishers_own_file_of_that_name_is_none(bare_machine):
    file = _file(also_accepted=("bass.safetensors",))
    published = _put(user_cache_folder())
    own = published.with_name("bass.safetensors")
    own.write_bytes(b"from the publisher")
    assert not is_converted(own, file)
    assert find_weights(file) == published
    own.unlink()
    converted = _put_converted(user_cache_folder(), file)
    assert is_converted(converted, file)
    assert locate_weights("tiny", file) == converted
    record_path(converted).write_text("no JSON", encoding="utf-8")
    assert locate_weights("tiny", file) == published
