"""Where weight files come from, and what is recorded of them."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import WeightError
from models.files.checkpoints import (
    Located,
    find_weights,
    locate_hashed,
    locate_weights,
    network_is_allowed,
    user_cache_folder,
    weight_folders,
)
from models.files.weight_files import record_verified
from models.manifest import WeightFile
from tests.models.files.web_server import Site, serve

CONTENT = b"\x80eights" + b"weights" * 999
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = f"bass-{SHA256[:8]}.pth"


@pytest.fixture
def published(bare_machine):
    """Serve the file from the disk of the test, under a file:// address."""
    server = bare_machine / "server"
    server.mkdir()
    (server / NAME).write_bytes(CONTENT)
    return server / NAME


def _file(url="https://example.org/bass.pth", **changes):
    row = {"role": "bass", "name": NAME, "urls": (url,), "sha256_prefix": SHA256[:8], "approximate_megabytes": 0.007}
    return WeightFile(**{**row, **changes})


def _put(folder, content=CONTENT, name=NAME):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_folders_are_searched_setting_first_then_variable_repository_and_cache(bare_machine, monkeypatch):
    monkeypatch.setenv("MDX_WEIGHTS_DIR", os.pathsep.join(["/b", "/c"]))
    assert [str(folder) for folder in weight_folders("/a")] == [
        "/a",
        "/b",
        "/c",
        str(bare_machine / "repository" / "weights"),
        str(bare_machine / "cache" / "music-demixing-kit" / "weights"),
    ]


def test_the_cache_is_under_home_when_xdg_cache_home_is_not_set(bare_machine, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(bare_machine))
    assert user_cache_folder() == bare_machine / ".cache" / "music-demixing-kit" / "weights"


@pytest.mark.parametrize(
    ("value", "allowed"), [("1", False), ("true", False), ("0", True), ("False", True), ("", True)]
)
def test_the_offline_variable_means_what_it_says(monkeypatch, value, allowed):
    monkeypatch.setenv("MDX_OFFLINE", value)
    assert network_is_allowed() is allowed


def test_the_first_folder_that_has_the_file_wins(bare_machine, monkeypatch):
    first, second = _put(bare_machine / "first"), _put(bare_machine / "second")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", os.pathsep.join([str(first.parent), str(second.parent)]))
    assert locate_weights("tiny", _file()) == first


def test_a_weight_file_in_the_repository_is_found(bare_machine):
    path = _put(bare_machine / "repository" / "weights")
    assert locate_weights("tiny", _file()) == path


def test_other_accepted_names_are_found_and_not_held_to_the_hash_of_the_published_file(bare_machine):
    path = _put(bare_machine / "first", b"same weights in another format", name="bass.safetensors")
    file = _file(also_accepted=("bass.safetensors",))
    assert locate_weights("tiny", file, str(path.parent)) == path


def test_a_missing_file_of_the_repository_is_not_looked_for_elsewhere(bare_machine):
    with pytest.raises(WeightError, match=rf"not published elsewhere.*git checkout -- models/weights/{NAME}"):
        locate_weights("tiny", _file(urls=(), sha256=SHA256))


def test_a_missing_file_offline_names_model_file_folders_and_next_step(bare_machine):
    with pytest.raises(WeightError) as caught:
        locate_weights("tiny", _file(), "/named")
    text = str(caught.value)
    assert text.startswith(f"The model 'tiny' needs the weight file {NAME} from https://example.org/bass.pth.")
    for folder in weight_folders("/named"):
        assert f"'{folder}'" in text
    assert "the network is switched off (MDX_OFFLINE=1)" in text
    assert "Unset MDX_OFFLINE and run `mdx models fetch tiny`, or run it on a machine with a network" in text
    assert "download each file from its address and put it into '/named'" in text


def test_a_failed_download_names_the_address_and_the_reason(bare_machine, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    url = (bare_machine / "nowhere.pth").as_uri()
    with pytest.raises(WeightError, match=rf"download failed \({url}: .*No such file"):
        locate_weights("tiny", _file(url))
    assert find_weights(_file()) is None


def test_a_download_lands_in_the_cache_with_its_record(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    path = locate_weights("tiny", _file(published.as_uri()))
    assert path == user_cache_folder() / NAME
    assert path.read_bytes() == CONTENT
    record = json.loads((user_cache_folder() / f"{NAME}.json").read_text(encoding="utf-8"))
    assert record == {"file": NAME, "sha256": SHA256, "bytes": len(CONTENT), "url": published.as_uri()}


def test_a_cached_file_is_used_without_the_network(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    first = locate_weights("tiny", _file(published.as_uri()))
    published.unlink()
    monkeypatch.setenv("MDX_OFFLINE", "1")
    assert locate_weights("tiny", _file(published.as_uri())) == first


def test_a_download_with_another_hash_is_refused_and_leaves_nothing(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    published.write_bytes(b"x" * len(CONTENT))
    with pytest.raises(WeightError, match=f"download of file://.*begins with {SHA256[:8]}.*nothing was kept"):
        locate_weights("tiny", _file(published.as_uri()))
    assert not list(user_cache_folder().iterdir())


def test_two_loaders_at_once_download_once(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    with serve(Site(CONTENT)) as site, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: locate_weights("tiny", _file(site.url)), range(4)))
    assert set(found) == {user_cache_folder() / NAME}
    assert len(site.asked) == 1


def test_the_next_address_is_tried_when_the_first_one_fails(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    broken = (published.parent / "gone.pth").as_uri()
    path = locate_weights("tiny", _file(urls=(broken, published.as_uri())))
    assert path.read_bytes() == CONTENT


def test_a_file_put_into_the_cache_by_hand_gets_its_record_once_verified(bare_machine):
    path = _put(user_cache_folder())
    locate_weights("tiny", _file())
    record = json.loads(path.with_name(f"{NAME}.json").read_text(encoding="utf-8"))
    assert record == {"file": NAME, "sha256": SHA256, "bytes": len(CONTENT), "placed_by_hand": True}


def test_a_cache_that_cannot_be_written_is_no_reason_to_refuse_a_verified_file(bare_machine, caplog, monkeypatch):
    def refuse(target, text):
        raise PermissionError(13, "Permission denied", str(target))

    path = _put(user_cache_folder())
    monkeypatch.setattr("models.files.weight_files.write_text_atomically", refuse)
    assert locate_weights("tiny", _file()) == path
    assert "could not be recorded" in caplog.text


def test_without_a_published_hash_the_first_download_is_recorded_and_trusted(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    file = _file(published.as_uri(), sha256_prefix=None)
    path = locate_weights("tiny", file)
    record = json.loads(path.with_name(f"{NAME}.json").read_text(encoding="utf-8"))
    assert (record["sha256"], record["trusted_on_first_use"]) == (SHA256, True)
    assert locate_weights("tiny", file) == path
    path.write_bytes(b"W" + CONTENT[1:])
    with pytest.raises(WeightError, match=f"begins with {SHA256}.*it was changed"):
        locate_weights("tiny", file)


def test_without_a_published_hash_nothing_is_taken_over_plain_http(bare_machine, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    with pytest.raises(WeightError, match="http://127.0.0.1:9/bass.pth: .*without a published hash.*over https"):
        locate_weights("tiny", _file("http://127.0.0.1:9/bass.pth", sha256_prefix=None))


def test_a_cached_file_without_any_published_hash_is_recorded_when_first_met(bare_machine):
    path = _put(user_cache_folder())
    locate_weights("tiny", _file(sha256_prefix=None))
    record = json.loads(path.with_name(f"{NAME}.json").read_text(encoding="utf-8"))
    assert (record["sha256"], record["trusted_on_first_use"]) == (SHA256, True)
    assert "url" not in record


def test_a_file_is_hashed_once_and_its_hash_passed_on(published, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "0")
    file = _file(published.as_uri())
    assert locate_hashed("tiny", file) == Located(user_cache_folder() / NAME, SHA256)
    hashed = []
    monkeypatch.setattr("models.files.weight_files.sha256_of", lambda path: hashed.append(path) or SHA256)
    assert locate_hashed("tiny", file).sha256 == SHA256
    assert len(hashed) == 1


def test_a_local_file_without_any_published_hash_is_taken_with_a_warning(bare_machine, caplog):
    path = _put(bare_machine / "named")
    assert locate_weights("tiny", _file(sha256_prefix=None), str(path.parent)) == path
    assert list(path.parent.iterdir()) == [path]
    assert f"No published hash confirms {path}; it is taken as it is. Its sha256 is {SHA256}" in caplog.text


def test_a_local_file_with_a_record_must_match_it(bare_machine, caplog):
    path = _put(bare_machine / "named")
    record_verified(path, "https://example.org/bass.pth", SHA256, trusted_on_first_use=True)
    assert locate_weights("tiny", _file(sha256_prefix=None), str(path.parent)) == path
    assert not caplog.records
    path.write_bytes(b"other")
    with pytest.raises(WeightError, match=f"begins with {SHA256}"):
        locate_weights("tiny", _file(sha256_prefix=None), str(path.parent))


def test_folders_named_by_the_user_are_left_as_they_are(bare_machine):
    path = _put(bare_machine / "named")
    locate_weights("tiny", _file(), str(path.parent))
    assert list(path.parent.iterdir()) == [path]
