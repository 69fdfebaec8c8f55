"""Converted files of every family load into the same networks, and the pickles they came from stay closed."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from demucs.hf import load_safetensors_model
from safetensors import safe_open

from models import demucs_files, demucs_v1
from models.conversion import ConversionError, convert_weights
from models.errors import WeightError
from models.files import state_files
from models.files.checkpoints import locate_weights, user_cache_folder
from models.files.weight_files import record_path, sha256_of
from tests.models.conversion_cases import BY_NAME, Case, entry_of, output_of, put


@pytest.fixture
def closed_pickles(monkeypatch):
    """Return a function after whose call no pickle can be opened any more."""

    def close():
        def refuse(*_arguments, **_options):
            raise AssertionError("a pickle was opened")

        monkeypatch.setattr(state_files.torch, "load", refuse)
        monkeypatch.setattr(demucs_v1, "read_legacy_pickle", refuse)

    return close


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("published_stays", [True, False], ids=["beside the pickle", "alone"])
def test_a_converted_file_gives_the_same_network_and_its_pickle_stays_closed(
    bare_machine, closed_pickles, name, published_stays
):
    case = BY_NAME[name]
    entry = put(case, user_cache_folder())
    (file,) = entry.weights
    expected = output_of(case.load(locate_weights("small", file), "small"))
    done = convert_weights(entry, file)
    assert done.path == user_cache_folder() / (*case.also_accepted, f"{name}.safetensors")[0]
    assert not done.was_here
    if not published_stays:
        (user_cache_folder() / name).unlink()
    closed_pickles()
    path = locate_weights("small", file)
    assert path == done.path
    assert torch.equal(output_of(case.load(path, "small")), expected)


@pytest.mark.parametrize("name", ["xumx.pth", "scnet.ckpt", "tasnet.th"])
def test_everything_in_the_pickle_is_in_the_converted_file(bare_machine, name):
    entry = put(BY_NAME[name], user_cache_folder())
    content = state_files.read_state(user_cache_folder() / name)
    converted = state_files.read_state(convert_weights(entry, entry.weights[0]).path)

    def described(value):
        if isinstance(value, torch.Tensor):
            return value.dtype, value.shape, value.numpy().tobytes()
        if isinstance(value, dict):
            return {key: described(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(described(item) for item in value)
        return value if isinstance(value, str) else (type(value), value)

    assert described(converted) == described(content)


def test_facts_name_model_licence_and_source(bare_machine):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())
    path = convert_weights(entry, entry.weights[0]).path
    with safe_open(path, framework="pt") as file:
        facts, names = file.metadata(), set(file.keys())
    assert facts["model"], facts["licence"] == ("small", "MIT")
    sha256 = sha256_of(user_cache_folder() / "tasnet.th")
    assert json.loads(facts["sources"]) == [{"file": "tasnet.th", "sha256": sha256}]
    assert json.loads(record_path(path).read_text(encoding="utf-8"))["converted_from"] == sha256
    assert "encoder.conv1d_U.weight" in names


@pytest.mark.parametrize("name", ["v3.th", "v4.th"])
def test_the_demucs_package_reads_converted_files_of_its_own_family(bare_machine, name):
    entry = put(BY_NAME[name], user_cache_folder())
    theirs = load_safetensors_model(convert_weights(entry, entry.weights[0]).path)
    ours = demucs_files.load_network(user_cache_folder() / name, "small")
    assert type(theirs) is type(ours)
    assert theirs._init_args_kwargs[1] == ours._init_args_kwargs[1]
    assert all(torch.equal(tensor, ours.state_dict()[key]) for key, tensor in theirs.state_dict().items())


def test_a_second_conversion_finds_the_first_one_and_writes_nothing(bare_machine, closed_pickles):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())
    first = convert_weights(entry, entry.weights[0])
    closed_pickles()
    assert convert_weights(entry, entry.weights[0]) == replace(first, was_here=True)
    (user_cache_folder() / "tasnet.th").unlink()
    assert convert_weights(entry, entry.weights[0]) == replace(first, was_here=True)


def test_a_changed_converted_file_is_made_again(bare_machine, caplog):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())
    path = convert_weights(entry, entry.weights[0]).path
    with path.open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(WeightError, match="`mdx models convert small` makes it again from tasnet.th"):
        locate_weights("small", entry.weights[0])
    assert not convert_weights(entry, entry.weights[0]).was_here
    assert "it was changed" in caplog.text
    assert locate_weights("small", entry.weights[0]) == path


def test_a_converted_file_of_another_original_is_refused(bare_machine):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())
    convert_weights(entry, entry.weights[0])
    other = entry_of(BY_NAME["tasnet.th"], hashlib.sha256(b"another").hexdigest())
    with pytest.raises(WeightError, match="must have been made from a file with a sha256 that begins with"):
        locate_weights("small", other.weights[0])


def test_it_goes_to_the_cache_where_the_folder_cannot_be_written(bare_machine, monkeypatch, closed_pickles):
    folder = bare_machine / "medium"
    entry = put(BY_NAME["tasnet.th"], folder)
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(folder))
    opened = os.open

    def read_only(path, flags, *arguments, **options):
        if Path(path).parent == folder and flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, flags, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        done = convert_weights(entry, entry.weights[0])
    assert done.path == user_cache_folder() / "tasnet.th.safetensors"
    assert [path.name for path in folder.iterdir()] == ["tasnet.th"]
    closed_pickles()
    assert locate_weights("small", entry.weights[0]) == done.path


def test_a_full_disk_is_an_error_and_leaves_nothing(bare_machine, monkeypatch):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())

    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("models.conversion.write_tensors", fail)
    with pytest.raises(OSError, match="No space left"):
        convert_weights(entry, entry.weights[0])
    assert [path.name for path in user_cache_folder().iterdir() if path.suffix != ".json"] == ["tasnet.th"]


def test_a_file_that_does_not_read_as_it_was_written_does_not_get_its_name(bare_machine, monkeypatch):
    entry = put(BY_NAME["tasnet.th"], user_cache_folder())
    monkeypatch.setattr("models.conversion.same_bytes", lambda *_tensors: False)
    with pytest.raises(OSError, match="does not read as it was written"):
        convert_weights(entry, entry.weights[0])
    assert not list(user_cache_folder().glob("*safetensors*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("net.onnx", b"\x08\x07\x12\x07pytorch"),
        ("x-umx.h5", b"\x89HDF\r\n\x1a\n"),
        ("v3own.safetensors", b"\x80\0\0\0\0\0\0\0{}"),
        ("4stems.tar.gz", None),
        ("models.zip", None),
    ],
)
def test_files_of_other_kinds_need_no_conversion(bare_machine, name, content):
    user_cache_folder().mkdir(parents=True)
    path = user_cache_folder() / name
    if content is not None:
        path.write_bytes(content)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("model/data", b"variables")
    else:
        path.write_bytes(gzip.compress(b"4stems/model.index"))
    entry = entry_of(Case(name, "models.umx:build", None, None), sha256_of(path))
    done = convert_weights(entry, entry.weights[0])
    assert (done.path, done.reason) == (None, "it is no pickle")
    assert not (user_cache_folder() / entry.weights[0].converted_name).exists()


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ([{1, 2}], "'seen/0' is of the type set"),
        (torch.ones(1, dtype=torch.complex128), "'seen' is a tensor of the kind torch.strided, torch.complex128"),
        (torch.eye(2).to_sparse(), "'seen' is a tensor of the kind torch.sparse_coo, torch.float32"),
    ],
    ids=["set", "type", "sparse"],
)
def test_a_pickle_with_what_cannot_be_written_says_where_and_stays_in_use(bare_machine, other, reason):
    def save(path):
        torch.save({"state": {"weight": torch.ones(2)}, "seen": other}, path)

    entry = put(Case("own.ckpt", "models.scnet:build", save, None), user_cache_folder())
    with pytest.raises(ConversionError, match=f"an entry of another kind: {reason}. It stays as it is"):
        convert_weights(entry, entry.weights[0])
    assert locate_weights("small", entry.weights[0]) == user_cache_folder() / "own.ckpt"


def test_a_pickle_of_something_else_is_refused_as_when_it_is_loaded(bare_machine):
    case = Case("own.th", "models.demucs_family:build", lambda path: torch.save({"weight": torch.ones(1)}, path), None)
    entry = put(case, user_cache_folder())
    with pytest.raises(WeightError, match="must hold one Demucs network"):
        convert_weights(entry, entry.weights[0])
    case = replace(case, name="own.ckpt", builder="models.scnet:build", save=lambda path: torch.save([1], path))
    entry = put(case, user_cache_folder())
    with pytest.raises(WeightError, match="instead of a dictionary"):
        convert_weights(entry, entry.weights[0])


def test_a_file_that_is_not_here_is_an_error_that_names_the_command(bare_machine):
    entry = entry_of(BY_NAME["tasnet.th"], "0" * 64)
    with pytest.raises(WeightError, match="`mdx models fetch small` first"):
        convert_weights(entry, entry.weights[0])


def test_a_wrong_published_file_is_not_converted(bare_machine):
    put(BY_NAME["tasnet.th"], user_cache_folder())
    entry = entry_of(BY_NAME["tasnet.th"], "0" * 64)
    with pytest.raises(WeightError, match="begins with 00000000"):
        convert_weights(entry, entry.weights[0])
