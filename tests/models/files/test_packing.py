"""Packs of weights: bytes, contents, what cannot be packed."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tracemalloc

import pytest

from models.errors import WeightError
from models.files.checkpoints import Located, find_weights, user_cache_folder
from models.files.converted_files import record_converted
from models.files.pack_index import PackError
from models.files.packing import pack_weights
from models.manifest import Manifest
from tests.models.files.pack_cases import CONTENT, HASHES, manifest, put_weights

ONE, TWO, BARE = manifest().models


@pytest.fixture
def folder(bare_machine, monkeypatch):
    """The machine has all files in a folder that the user named."""
    put_weights(bare_machine / "weights")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(bare_machine / "weights"))
    return bare_machine


def test_a_pack_holds_index_licences_and_each_file_once_with_its_record(folder):
    index = pack_weights(folder / "pack.tar", [TWO, ONE])
    with tarfile.open(folder / "pack.tar") as pack:
        names = pack.getnames()
        contents = {name: pack.extractfile(name).read() for name in names}
    weights = [f"weights/{name}{ending}" for name in sorted(CONTENT) for ending in ("", ".json")]
    assert names == ["index.json", "LICENCES.txt", *weights]
    assert {name: contents[f"weights/{name}"] for name in CONTENT} == CONTENT
    assert contents["index.json"].decode() == index.text()
    described = {file["name"]: file for file in json.loads(contents["index.json"])["files"]}
    assert {name: file["sha256"] for name, file in described.items()} == HASHES
    assert described["drums.pth"]["models"] == ["one", "two"]
    assert [file["trusted_on_first_use"] for file in described.values()] == [False, False, True]
    assert json.loads(contents["weights/voice.pth.json"]) == {
        "file": "voice.pth",
        "sha256": HASHES["voice.pth"],
        "bytes": 5000,
        "url": "https://example.org/voice.pth",
        "trusted_on_first_use": True,
    }


def test_the_licences_name_model_licence_training_data_and_source(folder):
    pack_weights(folder / "pack.tar", [ONE, TWO])
    with tarfile.open(folder / "pack.tar") as pack:
        text = pack.extractfile("LICENCES.txt").read().decode()
    assert "model: one\nwhat it is: For tests.\nlicence: MIT\ntraining data: none\nfile: bass.pth, from https:" in text
    assert "licence: CC BY-NC 4.0\ntraining data: private\npaper: https://example.org/paper\n" in text


def test_the_same_files_give_the_same_bytes_whatever_their_dates_modes_and_order(folder):
    pack_weights(folder / "first.tar", [ONE, TWO])
    os.utime(folder / "weights" / "bass.pth", (0, 0))
    (folder / "weights" / "drums.pth").chmod(0o600)
    pack_weights(folder / "second.tar", [TWO, ONE])
    assert (folder / "first.tar").read_bytes() == (folder / "second.tar").read_bytes()
    with tarfile.open(folder / "first.tar") as pack:
        owners = {(member.uid, member.gid, member.uname, member.gname, member.mtime, member.mode) for member in pack}
    assert owners == {(0, 0, "", "", 0, 0o644)}


def test_a_file_passes_through_in_pieces(bare_machine):
    content = bytes(32_000_000)
    row = ONE.model_dump(mode="json")
    row["weights"] = [{**row["weights"][0], "sha256_prefix": hashlib.sha256(content).hexdigest()[:8]}]
    entry = Manifest.model_validate({"models": [row]}).models[0]
    user_cache_folder().mkdir(parents=True)
    (user_cache_folder() / "bass.pth").write_bytes(content)
    tracemalloc.start()
    try:
        pack_weights(bare_machine / "pack.tar", [entry])
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "entries", "error", "text"),
    [
        (
            "htdemucs",
            [ONE],
            PackError,
            "must have a name that ends in .tar, before the names of models. Got '.*htdemucs'",
        ),
        ("pack.tar", [BARE], PackError, "must hold weight files. Got bare, which need none"),
    ],
)
def test_what_cannot_be_packed_is_refused(folder, name, entries, error, text):
    with pytest.raises(error, match=text):
        pack_weights(folder / name, entries)
    assert not (folder / name).exists()


def test_a_wrong_weight_file_is_not_packed(folder):
    (folder / "weights" / "drums.pth").write_bytes(b"changed")
    with pytest.raises(WeightError, match="drums.pth' of the model 'one' must have a sha256"):
        pack_weights(folder / "pack.tar", [ONE])
    assert not (folder / "pack.tar").exists()


def test_a_file_that_changes_while_it_is_packed_leaves_no_pack(folder, monkeypatch):
    def locate(model, file):
        return Located(folder / "weights" / file.name, "0" * 64)

    monkeypatch.setattr("models.files.packing.locate_published_hashed", locate)
    with pytest.raises(PackError, match="must stay as it is while it is packed"):
        pack_weights(folder / "pack.tar", [ONE])
    assert not list(folder.glob("*pack*"))


def test_files_are_packed_as_they_were_published_even_when_they_were_converted(folder):
    before = pack_weights(folder / "before.tar", [ONE])
    for file in ONE.weights:
        published = folder / "weights" / file.name
        converted = published.with_name(file.converted_name)
        converted.write_bytes(b"converted")
        record_converted(converted, converted, published, HASHES[file.name])
        assert find_weights(file) == converted
    assert pack_weights(folder / "after.tar", [ONE]) == before
