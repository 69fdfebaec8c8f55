"""`mdx models pack` and `mdx models unpack` as a user types them."""

import json
import shutil

import pytest

from models.files.pack_index import PackError
from tests.mdx.test_model_files import mdx


def test_a_pack_is_carried_to_a_machine_without_a_network(tiny_models, tmp_path, monkeypatch):
    output = mdx("pack", tmp_path / "pack.tar", "tiny", "unproven")
    assert "unproven: licence CC BY 4.0; trained on: none" in output
    assert "3 weight files, 0.0 MB. On the other machine:\n  mdx models unpack pack.tar" in output
    shutil.rmtree(tiny_models.cache)
    monkeypatch.setenv("MDX_OFFLINE", "1")
    assert mdx("unpack", tmp_path / "pack.tar").splitlines()[0] == f"{tiny_models.cache / 'bass.pth'} (0.0 MB)"
    assert mdx("fetch", "tiny", "unproven").count("was here") == 3
    assert mdx("verify").splitlines()[-1] == "2 ok, 1 trusted on first use"


def test_a_folder_that_is_not_searched_is_told_with_the_setting_that_makes_it_so(tiny_models, tmp_path):
    mdx("pack", tmp_path / "pack.tar", "tiny")
    assert f"Set MDX_WEIGHTS_DIR={tmp_path / 'to'}" in mdx("unpack", tmp_path / "pack.tar", "--to", tmp_path / "to")


def test_both_print_json_for_scripts(tiny_models, tmp_path):
    packed = json.loads(mdx("pack", tmp_path / "pack.tar", "tiny", "--json"))
    assert [file["name"] for file in packed["files"]] == ["bass.pth", "drums.pth"]
    unpacked = json.loads(mdx("unpack", tmp_path / "pack.tar", "--json"))
    assert unpacked == {
        "unpacked": [str(tiny_models.cache / name) for name in ("bass.pth", "drums.pth")],
        "unproven": [],
    }


def test_a_file_that_no_published_hash_confirms_is_told(tiny_models, tmp_path):
    mdx("pack", tmp_path / "pack.tar", "tiny", "unproven")
    lines = mdx("unpack", tmp_path / "pack.tar").splitlines()
    assert [line.endswith("(0.0 MB)") for line in lines] == [True, True, False]
    assert "voice.pth (0.0 MB): no published hash confirms it" in lines[2]
    unpacked = json.loads(mdx("unpack", tmp_path / "pack.tar", "--json"))
    assert unpacked["unproven"] == [str(tiny_models.cache / "voice.pth")]


def test_a_model_in_the_place_of_the_pack_is_told(tiny_models):
    with pytest.raises(PackError, match="name that ends in .tar, before the names of models. Got 'tiny'"):
        mdx("pack", "tiny")


def test_a_pack_of_nothing_is_told(tiny_models, tmp_path):
    words = mdx("pack", tmp_path / "pack.tar", expect=2).replace("│", " ").split()
    assert "Say which models' weights go into the pack." in " ".join(words)
