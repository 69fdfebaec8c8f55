"""`mdx models convert` as a user types it."""

import hashlib
import io
import json

import pytest
import torch

from models.files.checkpoints import user_cache_folder
from models.manifest import Manifest
from tests.mdx.test_model_files import mdx


@pytest.fixture
def cache(bare_machine, monkeypatch):
    """A model with a pickle and a file of another kind in the cache, one whose file is not here, one without files."""
    buffer = io.BytesIO()
    torch.save({"weight": torch.ones(100)}, buffer)
    content = {"bass.pth": buffer.getvalue(), "drums.onnx": b"\x08\x07", "gone.pth": b""}
    user_cache_folder().mkdir(parents=True)
    files = {}
    for name, held in content.items():
        if held:
            (user_cache_folder() / name).write_bytes(held)
        digest = hashlib.sha256(held).hexdigest()
        files[name] = {"role": name, "name": name, "urls": ["https://example.org/file"], "sha256": digest}
    row = {"summary": "For tests.", "licence": "MIT", "training_data": "none", "leaderboards": []}
    rows = [
        {**row, "name": "tiny", "builder": "models.umx:build", "weights": [files["bass.pth"], files["drums.onnx"]]},
        {**row, "name": "away", "builder": "models.umx:build", "weights": [files["gone.pth"]]},
        {**row, "name": "bare", "builder": "models.mixture_quarter:build"},
    ]
    manifest = Manifest.model_validate({"models": rows})
    for module in ("manifest", "registry"):
        monkeypatch.setattr(f"models.{module}.load_manifest", lambda: manifest)
    return user_cache_folder()


def test_each_file_is_told_what_became_of_it(cache):
    assert mdx("convert", "tiny").splitlines() == [
        f"tiny: converted: {cache / 'bass.pth.safetensors'} (0.0 MB)",
        "tiny: nothing to convert in drums.onnx: it is no pickle",
    ]
    assert "tiny: was here: " in mdx("convert", "tiny")
    assert mdx("convert", "bare") == "no weight files needed\n"


def test_a_file_that_is_not_here_fails_and_the_others_are_converted(cache):
    report = json.loads(mdx("convert", "away", "tiny", "--json", expect=1))
    assert [line["file"] for line in report] == ["gone.pth", "bass.pth", "drums.onnx"]
    assert "`mdx models fetch away`" in report[0]["error"]
    assert report[1]["path"] == str(cache / "bass.pth.safetensors")
    assert "FAILED gone.pth" in mdx("convert", "away", expect=1)


def test_verify_shows_converted_files_beside_the_published_ones(cache):
    mdx("convert", "tiny")
    checked = {file["file"]: file for file in json.loads(mdx("verify", "tiny", "--json"))}
    assert list(checked) == ["bass.pth", "bass.pth.safetensors", "drums.onnx"]
    assert checked["bass.pth.safetensors"]["proof"] == "record (converted from bass.pth)"
    (cache / "bass.pth").unlink()
    assert mdx("verify", "tiny").splitlines()[-1] == "2 ok"
    (cache / "bass.pth.safetensors").write_bytes(b"changed")
    output = mdx("verify", "tiny", expect=1)
    assert "`mdx models convert tiny` makes it again from bass.pth" in output
    assert output.splitlines()[-1] == "1 ok, 1 wrong"


def test_a_converted_file_is_as_good_as_the_published_one_for_list(cache):
    mdx("convert", "tiny")
    (cache / "bass.pth").unlink()
    row = json.loads(mdx("list", "--json"))["tiny"]
    assert (row["now"], row["weights"][0]["here"]) == ("ready", str(cache / "bass.pth.safetensors"))
