"""Packs that somebody made by hand: every member that is not exactly what the index and the manifest say is refused."""

from __future__ import annotations

import io
import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitTimeoutError

import pytest

from models.files.checkpoints import locate_weights, user_cache_folder
from models.files.file_locks import locked
from models.files.pack_index import PackError
from models.files.packing import pack_weights
from models.files.unpacking import unpack_weights
from models.files.weight_files import record_path, record_verified
from models.manifest import Manifest
from tests.models.files.pack_cases import CONTENT, HASHES, manifest, put_weights

ROWS = manifest()


@pytest.fixture
def pack(bare_machine, monkeypatch):
    put_weights(bare_machine / "weights")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(bare_machine / "weights"))
    pack_weights(bare_machine / "pack.tar", ROWS.models)
    monkeypatch.delenv("MDX_WEIGHTS_DIR")
    return bare_machine / "pack.tar"


def _members(pack):
    """Everything in a pack: list of (member, content)."""
    with tarfile.open(pack) as opened:
        return [(member, opened.extractfile(member).read()) for member in opened]


def _write(pack, members):
    with tarfile.open(pack, "w") as opened:
        for member, content in members:
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))


def _plain(name, content=b"evil"):
    return tarfile.TarInfo(name), content


def _special(kind, name="weights/bass.pth"):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    return member, b""


def _change_index(members, change):
    (member, content), *rest = members
    index = json.loads(content)
    change(index)
    return [(member, json.dumps(index).encode()), *rest]


def test_a_pack_goes_into_the_cache_with_records_and_then_models_find_it(pack):
    files = unpack_weights(pack, ROWS)
    paths = [file.path for file in files]
    assert [file.is_proven for file in files] == [True, True, False]
    assert {path: path.read_bytes() for path in paths} == {user_cache_folder() / n: c for n, c in CONTENT.items()}
    for entry in ROWS.models:
        for file in entry.weights:
            assert locate_weights(entry.name, file) == user_cache_folder() / file.name
    record = json.loads(record_path(paths[2]).read_text(encoding="utf-8"))
    assert (record["sha256"], record["trusted_on_first_use"]) == (HASHES["voice.pth"], True)
    assert len(list(user_cache_folder().iterdir())) == 6


def test_a_pack_goes_into_a_named_folder_and_unpacking_again_changes_nothing(pack, tmp_path):
    for _ in range(2):
        assert unpack_weights(pack, ROWS, tmp_path / "to")[0].path == tmp_path / "to" / "bass.pth"
    assert not user_cache_folder().exists()
    assert len(list((tmp_path / "to").iterdir())) == 6


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(_plain("../evil.pth"), id="parent folder"),
        pytest.param(_plain("/evil.pth"), id="absolute"),
        pytest.param(_plain("weights/../../evil.pth"), id="hidden parent folder"),
        pytest.param(_plain("weights/evil.pth"), id="not in the index"),
        pytest.param(_plain("weights/bass.pth", CONTENT["bass.pth"]), id="second copy"),
        pytest.param(_special(tarfile.SYMTYPE), id="symbolic link"),
        pytest.param(_special(tarfile.LNKTYPE), id="hard link"),
        pytest.param(_special(tarfile.CHRTYPE), id="device"),
        pytest.param(_special(tarfile.FIFOTYPE), id="pipe"),
        pytest.param(_special(tarfile.DIRTYPE, "weights"), id="folder"),
    ],
)
@pytest.mark.parametrize("place", ["end", "after the index"])
def test_a_member_that_does_not_belong_into_a_pack_is_refused_and_nothing_is_unpacked(pack, tmp_path, extra, place):
    members = _members(pack)
    members.insert(1 if place == "after the index" else len(members), extra)
    _write(pack, members)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PackError, match="Nothing was unpacked"):
        unpack_weights(pack, ROWS, tmp_path / "to")
    assert sorted(path for path in tmp_path.rglob("*") if path != tmp_path / "to") == before
    assert not list((tmp_path / "to").iterdir())


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda index: index.update(format="2"), "index that this version of the kit can read"),
        (lambda index: index.update(files=[]), "index that this version"),
        (lambda index: index["files"][0].update(name="../bass.pth"), "a file name without a folder"),
        (lambda index: index["files"][0].update(name=".."), "a file name without a folder"),
        (lambda index: index["files"][1].update(name="bass.pth"), "name each file once"),
        (lambda index: index["files"][0].update(name="new.pth"), "Got new.pth, which no row of the manifest names"),
        (lambda index: index["files"][0].update(sha256="0" * 64), "as published. Got 0000"),
        (lambda index: index["files"][2].update(sha256="0" * 64), "of its index. Got 5000 bytes with"),
        (lambda index: index["files"][2].update(size_bytes=1), "must have 1 bytes"),
        (lambda index: index["files"].pop(2), "Got 'weights/voice.pth'"),
    ],
)
def test_an_index_that_disagrees_with_the_files_or_the_manifest_is_refused(pack, tmp_path, change, text):
    _write(pack, _change_index(_members(pack), change))
    with pytest.raises(PackError, match=text):
        unpack_weights(pack, ROWS, tmp_path / "to")
    assert not list((tmp_path / "to").iterdir())


def test_a_changed_file_is_refused_and_the_files_before_it_get_no_name(pack, tmp_path):
    members = [(m, b"evil!" * 1000 if m.name == "weights/voice.pth" else content) for m, content in _members(pack)]
    _write(pack, members)
    with pytest.raises(PackError, match="voice.pth in the pack .* must have 5000 bytes with the sha256"):
        unpack_weights(pack, ROWS, tmp_path / "to")
    assert not list((tmp_path / "to").iterdir())


@pytest.mark.parametrize("kept_bytes", [0, 100, 5000, 12_000, 22_000])
def test_a_pack_that_was_cut_off_is_refused(pack, tmp_path, kept_bytes):
    pack.write_bytes(pack.read_bytes()[:kept_bytes])
    with pytest.raises(PackError, match="must"):
        unpack_weights(pack, ROWS, tmp_path / "to")
    assert not list((tmp_path / "to").iterdir())


@pytest.mark.parametrize("mode", ["w:gz", "w:xz"])
def test_a_compressed_pack_is_refused_because_nobody_knows_how_large_it_becomes(pack, tmp_path, mode):
    members = _members(pack)
    with tarfile.open(pack, mode) as opened:
        for member, content in members:
            opened.addfile(member, io.BytesIO(content))
    with pytest.raises(PackError, match="whole tar file without compression"):
        unpack_weights(pack, ROWS, tmp_path / "to")


def test_another_tar_file_is_refused(pack, tmp_path):
    _write(pack, [_plain("readme.txt")])
    with pytest.raises(PackError, match="must begin with index.json. Got 'readme.txt'"):
        unpack_weights(pack, ROWS, tmp_path / "to")


def test_a_file_that_was_trusted_before_with_another_hash_is_a_conflict(pack, tmp_path):
    path = tmp_path / "to" / "voice.pth"
    path.parent.mkdir()
    path.write_bytes(b"met before")
    record_verified(path, "https://example.org/voice.pth", "0" * 64, trusted_on_first_use=True)
    with pytest.raises(PackError, match="the files that were met here before.*says 0000.*Nothing was unpacked"):
        unpack_weights(pack, ROWS, path.parent)
    assert path.read_bytes() == b"met before"
    assert len(list(path.parent.iterdir())) == 2


def test_a_pack_cannot_vouch_for_its_own_files(pack, tmp_path):
    """The record of a file says where the manifest has it from, and that no published hash confirms it."""

    def vouch(index):
        index["files"][2].update(url="https://evil.example/voice.pth", trusted_on_first_use=False)

    _write(pack, _change_index(_members(pack), vouch))
    path = unpack_weights(pack, ROWS, tmp_path / "to")[2].path
    assert json.loads(record_path(path).read_text(encoding="utf-8")) == {
        "file": "voice.pth",
        "sha256": HASHES["voice.pth"],
        "bytes": 5000,
        "url": "https://example.org/voice.pth",
        "trusted_on_first_use": True,
    }


def test_another_name_of_a_file_takes_nothing_from_its_published_hash(bare_machine, monkeypatch):
    rows = ROWS.model_dump(mode="json")
    rows["models"][0]["weights"][0]["also_accepted"] = ["bass.safetensors"]
    rows = Manifest.model_validate(rows)
    put_weights(bare_machine / "weights")
    (bare_machine / "weights" / "bass.pth").rename(bare_machine / "weights" / "bass.safetensors")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(bare_machine / "weights"))
    pack_weights(bare_machine / "pack.tar", rows.models[:1])
    proven = {
        file.path.name: file.is_proven for file in unpack_weights(bare_machine / "pack.tar", rows, bare_machine / "to")
    }
    assert proven == {"bass.safetensors": False, "drums.pth": True}
    record = json.loads((bare_machine / "to" / "bass.safetensors.json").read_text(encoding="utf-8"))
    assert record["trusted_on_first_use"]


def test_another_file_without_a_record_is_not_replaced(pack, tmp_path):
    path = tmp_path / "to" / "drums.pth"
    path.parent.mkdir()
    path.write_bytes(b"my own")
    with pytest.raises(PackError, match=r"must not replace another file.*/drums.pth' has [0-9a-f]{64} and no record"):
        unpack_weights(pack, ROWS, path.parent)
    assert path.read_bytes() == b"my own"
    assert list(path.parent.iterdir()) == [path]


def test_the_same_file_without_a_record_gets_one(pack, tmp_path):
    put_weights(tmp_path / "to")
    unpack_weights(pack, ROWS, tmp_path / "to")
    assert len(list((tmp_path / "to").iterdir())) == 6


def test_a_pack_that_is_not_there_is_told_and_no_folder_is_made(tmp_path):
    with pytest.raises(PackError, match="'.*pack.tar' must be a file. There is none"):
        unpack_weights(tmp_path / "pack.tar", ROWS, tmp_path / "to")
    assert not list(tmp_path.iterdir())


def test_a_file_that_another_process_works_on_is_waited_for(pack, tmp_path):
    with ThreadPoolExecutor(1) as pool:
        with locked(tmp_path / "to" / "drums.pth"):
            unpacking = pool.submit(unpack_weights, pack, ROWS, tmp_path / "to")
            with pytest.raises(WaitTimeoutError):
                unpacking.result(timeout=0.3)
            assert not list((tmp_path / "to").glob("*.pth"))
        assert len(unpacking.result(timeout=10)) == 3
    assert len(list((tmp_path / "to").iterdir())) == 6
