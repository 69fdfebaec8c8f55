"""What a weight file is proven by."""

from __future__ import annotations

import hashlib

import pytest

from models.files.checkpoints import user_cache_folder
from models.files.converted_files import record_converted
from models.files.verification import verify_weights
from models.files.weight_files import record_verified
from models.manifest import ModelEntry

CONTENT = b"\x80eights" + b"weights" * 999
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def _row(name="tiny", **changes):
    file = {"role": "bass", "name": "bass.pth", "urls": ["https://example.org/bass.pth"], "sha256_prefix": SHA256[:8]}
    return ModelEntry.model_validate(
        {
            "name": name,
            "builder": "models.tiny:build",
            "summary": "A row for tests.",
            "licence": "MIT",
            "training_data": "none",
            "leaderboards": [],
            "weights": [{**file, **changes}],
        }
    )


@pytest.fixture
def path(bare_machine):
    path = user_cache_folder() / "bass.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return path


def test_a_file_in_no_folder_is_absent(bare_machine):
    (checked,) = verify_weights([_row()])
    assert (checked.model, checked.file, checked.status, checked.path) == ("tiny", "bass.pth", "absent", None)


@pytest.mark.parametrize(
    ("changes", "recorded", "status", "proof"),
    [
        ({}, False, "ok", "published sha256 (8 of 64 digits)"),
        ({"sha256": SHA256}, True, "ok", "published sha256 (64 of 64 digits) and record"),
        ({"sha256_prefix": None}, True, "trusted on first use", "record"),
        ({"sha256_prefix": None}, False, "unproven", ""),
    ],
)
def test_the_proof_says_what_a_hash_was_compared_with(path, changes, recorded, status, proof):
    if recorded:
        record_verified(path, "https://example.org/bass.pth", SHA256)
    (checked,) = verify_weights([_row(**changes)])
    assert (checked.status, checked.proof, checked.path, checked.sha256) == (status, proof, path, SHA256)


def test_a_file_that_somebody_put_there_is_recorded_by_hand_unless_its_hash_is_published(path):
    record_verified(path, None, SHA256, trusted_on_first_use=True)
    (checked,) = verify_weights([_row(sha256_prefix=None)])
    assert (checked.status, checked.proof) == ("recorded by hand", "record")
    (checked,) = verify_weights([_row()])
    assert checked.status == "ok"


@pytest.mark.parametrize(("changes", "status"), [({}, "ok"), ({"sha256_prefix": None}, "trusted on first use")])
def test_a_converted_file_is_as_good_as_what_it_was_made_from(path, changes, status):
    record_verified(path, "https://example.org/bass.pth", SHA256)
    row = _row(**changes)
    converted = path.with_name(row.weights[0].converted_name)
    converted.write_bytes(b"the same weights")
    record_converted(converted, converted, path, SHA256)
    path.unlink()
    (checked,) = verify_weights([row])
    assert (checked.file, checked.status) == (converted.name, status)


def test_a_file_under_another_accepted_name_has_no_published_hash(path):
    other = path.rename(path.with_name("other.pth"))
    (checked,) = verify_weights([_row(also_accepted=["other.pth"])])
    assert (checked.path, checked.status) == (other, "unproven")


def test_a_changed_file_is_wrong_and_says_what_to_do(path):
    path.write_bytes(CONTENT[1:])
    (checked,) = verify_weights([_row()])
    assert checked.status == "wrong"
    assert "Delete it and put bass.pth from https://example.org/bass.pth in its place" in checked.problem


def test_a_file_of_two_models_is_told_for_both_and_hashed_once(path, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        "models.files.verification.check_weight_file", lambda *arguments: hashed.append(arguments) or SHA256
    )
    assert [checked.model for checked in verify_weights([_row("one"), _row("two")])] == ["one", "two"]
    assert len(hashed) == 1


def test_nothing_is_written_by_looking(path):
    verify_weights([_row(sha256_prefix=None)])
    assert list(path.parent.iterdir()) == [path]
