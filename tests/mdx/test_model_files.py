"""`mdx models fetch` and `mdx models verify` as a user types them, against a server in a thread."""

import hashlib
import json

import pytest
from typer.testing import CliRunner

from mdx.cli import app

runner = CliRunner()


def mdx(*arguments, expect=0):
    done = runner.invoke(app, ["models", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


def test_fetch_tells_what_was_fetched_where_and_under_which_licence(tiny_models):
    output = mdx("fetch", "tiny")
    assert output.splitlines() == [
        "tiny: licence MIT; trained on: none",
        f"  fetched: {tiny_models.cache / 'bass.pth'} (0.0 MB)",
        f"  fetched: {tiny_models.cache / 'drums.pth'} (0.0 MB)",
    ]
    assert (tiny_models.cache / "drums.pth").read_bytes() == tiny_models.content["drums.pth"]


def test_a_plan_file_stands_for_the_models_that_it_runs(tiny_models, tmp_path):
    plan = tmp_path / "plan.yaml"
    members = "[{model: tiny, weights: 0.5}, {model: unproven, weights: 0}, {model: bare, weights: 1}]"
    plan.write_text(f"blend: {{members: {members}}}\n")
    assert [model["model"] for model in json.loads(mdx("fetch", plan, "bare", "--json"))] == ["tiny", "bare"]


def test_fetching_again_downloads_nothing(tiny_models):
    mdx("fetch", "tiny")
    assert mdx("fetch", "tiny").count("was here: ") == 2
    assert len(tiny_models.sites["bass.pth"].asked) == 1


def test_fetch_all_takes_every_model_and_says_which_hashes_were_not_published(tiny_models):
    report = {model["model"]: model for model in json.loads(mdx("fetch", "--all", "--json"))}
    assert {name: len(model["files"]) for name, model in report.items()} == {"tiny": 2, "unproven": 1, "bare": 0}
    (voice,) = report["unproven"]["files"]
    assert voice["hash"] == "trusted on first use"
    assert json.loads((tiny_models.cache / "voice.pth.json").read_text())["trusted_on_first_use"] is True
    assert "(no published hash: trusted on first use)" in mdx("fetch", "unproven")
    assert "needs no weights" in mdx("fetch", "default")


def test_one_file_that_fails_does_not_stop_the_others_and_exits_with_1(tiny_models):
    tiny_models.sites["bass.pth"].content = b"another file"
    output = mdx("fetch", "tiny", expect=1)
    assert "FAILED bass.pth: The model 'tiny' needs the weight file bass.pth" in output
    assert "nothing was kept" in output
    assert f"fetched: {tiny_models.cache / 'drums.pth'}" in output


def test_without_a_network_the_command_and_the_address_are_named(tiny_models, monkeypatch):
    monkeypatch.setenv("MDX_OFFLINE", "1")
    (failed, _) = json.loads(mdx("fetch", "tiny", "--json", expect=1))[0]["files"]
    assert "MDX_OFFLINE=1" in failed["error"]
    assert "Unset MDX_OFFLINE and run `mdx models fetch tiny`" in failed["error"]
    assert tiny_models.sites["bass.pth"].url in failed["error"]
    output = mdx("fetch", "--all", expect=1)
    assert (output.count("FAILED"), output.count("Unset MDX_OFFLINE"), output.count("Folders searched")) == (3, 1, 1)
    assert "`mdx models fetch tiny unproven`" in output


@pytest.mark.parametrize("arguments", [[], ["tiny", "--all"]])
def test_fetch_wants_names_or_all(tiny_models, arguments):
    done = runner.invoke(app, ["models", "fetch", *arguments])
    assert done.exit_code == 2
    assert "Name models, or ask for --all (not both)" in done.output.replace("\n", " ")


def test_verify_passes_what_was_fetched_and_counts_what_is_not_here(tiny_models):
    mdx("fetch", "tiny", "unproven")
    assert mdx("verify").splitlines()[-1] == "2 ok, 1 trusted on first use"
    checked = json.loads(mdx("verify", "unproven", "--json"))
    assert [(file["file"], file["status"], file["proof"]) for file in checked] == [
        ("voice.pth", "trusted on first use", "record")
    ]
    assert checked[0]["sha256"] == hashlib.sha256(tiny_models.content["voice.pth"]).hexdigest()
    (tiny_models.cache / "drums.pth").unlink()
    assert mdx("verify").splitlines()[-1] == (
        "1 ok, 1 trusted on first use, 1 absent (`mdx models fetch tiny` downloads them)"
    )


def test_fetch_tells_which_hash_the_file_that_is_here_has(tiny_models):
    (tiny_models.cache).mkdir(parents=True)
    (tiny_models.cache / "voice.pth").write_bytes(tiny_models.content["voice.pth"])
    assert "(no published hash: recorded by hand)" in mdx("fetch", "unproven")
    assert mdx("verify").splitlines()[-1] == ("1 recorded by hand, 2 absent (`mdx models fetch tiny` downloads them)")


def test_verify_counts_a_file_that_models_share_once(tiny_models):
    from mdx.model_files import _counted
    from models.files.verification import CheckedFile

    files = [CheckedFile(model, "shared.pth", "absent") for model in ("one", "two")]
    assert _counted(files) == "1 absent (`mdx models fetch NAME` downloads them)"


def test_verify_exits_with_1_for_a_changed_file_and_says_what_to_do(tiny_models):
    mdx("fetch", "tiny", "unproven")
    (tiny_models.cache / "voice.pth").write_bytes(b"changed")
    output = mdx("verify", expect=1)
    assert "Delete it and put voice.pth from" in output
    assert output.splitlines()[-1] == "2 ok, 1 wrong"


def test_verify_of_models_without_weights_says_so(tiny_models):
    assert mdx("verify", "bare") == "no weight files needed\n"


def test_list_tells_the_size_and_whether_it_is_here(tiny_models):
    assert "to fetch" in mdx("list")
    assert json.loads(mdx("list", "--json"))["tiny"]["runs_offline"] is False
    mdx("fetch", "tiny")
    row = json.loads(mdx("list", "--json"))["tiny"]
    assert (row["now"], row["runs_offline"]) == ("ready", True)
