"""The manifest: every row is complete, and wrong rows are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import ValidationError

from audio import STEMS
from audio.stems import ACCOMPANIMENT
from models.errors import ManifestError
from models.manifest import Manifest, ModelEntry, WeightFile, load_manifest

ROWS = load_manifest().models
ROW_IDS = [row.name for row in ROWS]
FILES = [file for row in ROWS for file in row.weights]


def _row(**changes):
    row = {
        "name": "tiny",
        "builder": "models.tiny:build",
        "summary": "A row for tests.",
        "licence": "MIT",
        "training_data": "none",
        "leaderboards": ["A", "B"],
    }
    return {**row, **changes}


def _file(**changes):
    file = {"role": "bass", "name": "bass.pth", "urls": ["https://example.org/bass.pth"], "sha256_prefix": "0123abcd"}
    return {**file, **changes}


def test_the_default_model_is_an_alias_of_the_shipped_network():
    assert load_manifest().aliases == {"default": "dual_path_unet"}


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_every_row_gives_stems_of_the_challenge_or_a_voice_and_its_accompaniment(row):
    assert set(row.stems) <= set(STEMS) or set(row.stems) == {"vocals", ACCOMPANIMENT}


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_scores_name_stems_or_their_mean(row):
    for score in row.scores:
        assert set(score.decibels) <= {*STEMS, ACCOMPANIMENT, "mean"}


def test_a_model_that_saw_the_test_songs_is_kept_off_leaderboard_a():
    assert [row.name for row in ROWS if row.trained_on_musdb_test is True] == [
        "mdx_extra",
        "mdx_extra_q",
        "hdemucs_high_musdb_plus",
        "kuielab_b_tdf",
        "kuielab_b",
    ]
    assert all("A" not in row.leaderboards for row in ROWS if row.trained_on_musdb_test)


def test_leaderboard_a_rows_are_trained_on_musdb18_hq_training_songs_or_on_nothing():
    allowed = {"none", "MUSDB18-HQ training songs"}
    assert {row.training_data for row in ROWS if "A" in row.leaderboards} == allowed


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_weight_files_come_over_https_under_their_published_name_and_hash(file):
    # A part of a hash is published inside the name; without any the first download over https is trusted.
    assert file.sha256_prefix is None or file.sha256 is not None or f"-{file.sha256_prefix}." in file.name
    assert all(url.startswith("https://") for url in file.urls)
    # Google Drive gives files by number, and xumx-sliCQ has two of one name.
    by_number = {"drive.usercontent.google.com"}
    by_name = [url for url in file.urls if urlsplit(url).hostname not in by_number and "xumx-sliCQ/raw/v2/" not in url]
    assert all(urlsplit(url).path.endswith(f"/{file.name}") for url in by_name)


def test_weight_files_of_the_same_name_are_described_alike():
    assert len({file.name for file in FILES}) == len(set(map(str, FILES)))


@pytest.mark.parametrize("row", [row for row in ROWS if "members" in row.architecture], ids=lambda row: row.name)
def test_every_member_of_a_bag_has_its_weight_file(row):
    signatures = [member["signature"] for member in row.architecture["members"]]
    assert signatures == [file.role for file in row.weights]


@pytest.mark.parametrize("row", [row for row in ROWS if row.name.startswith("umx")], ids=lambda row: row.name)
def test_open_unmix_has_one_file_for_each_stem(row):
    assert sorted(file.role for file in row.weights) == sorted(row.stems)


def test_the_sizes_of_a_row_add_up_and_one_unknown_size_makes_the_sum_unknown():
    sizes = {row.name: row.approximate_megabytes for row in ROWS}
    assert sizes["mdx"] == pytest.approx(691, abs=1)
    assert sizes["classical"] == 0
    assert sizes["repro_mdx_a"] is None


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"builder": "models/tiny.py"}, "builder"),
        ({"leaderboards": ["C"]}, "leaderboards"),
        ({"stems": ["bass", "piano"]}, "distinct names out of bass, drums, other, vocals, accompaniment"),
        ({"sample_rate": 0}, "greater than 0"),
        ({"trained_on_musdb_test": "perhaps"}, "trained_on_musdb_test"),
        ({"license": "MIT"}, "license"),
        ({"weights": [_file(name="folder/bass.pth")]}, "a file name without a folder"),
        ({"weights": [_file(sha256="f" * 64)]}, "must begin with sha256_prefix '0123abcd'"),
        ({"weights": [_file(sha256_prefix="0123")]}, "sha256_prefix"),
        ({"weights": [_file(urls=[])]}, "must have urls, or the sha256 of a file that comes with the repository"),
    ],
)
def test_a_row_that_breaks_the_schema_is_refused_with_its_key(changes, text):
    with pytest.raises(ValidationError, match=text):
        ModelEntry.model_validate(_row(**changes))


@pytest.mark.parametrize(
    ("changes", "digest"),
    [
        ({}, "0123abcd"),
        ({"sha256": "0123abcd" + "f" * 56}, "0123abcd" + "f" * 56),
        ({"sha256_prefix": None, "sha256": "f" * 64}, "f" * 64),
        ({"sha256_prefix": None}, None),
    ],
)
def test_the_published_digest_is_the_longest_one_or_none(changes, digest):
    assert WeightFile.model_validate(_file(**changes)).published_digest == digest


def test_a_model_may_give_a_voice_and_its_accompaniment():
    row = ModelEntry.model_validate(_row(stems=["vocals", "accompaniment"]))
    assert row.stems == ("vocals", ACCOMPANIMENT)
    assert ACCOMPANIMENT not in STEMS


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        (True, "trained on MUSDB18's test songs: its scores on them mean nothing"),
        (False, None),
        (
            "unknown",
            "it is unknown whether it was trained on MUSDB18's test songs: its scores on them may mean nothing",
        ),
    ],
)
def test_a_row_says_what_its_scores_on_the_test_songs_are_worth(said, warning):
    row = ModelEntry.model_validate(_row(trained_on_musdb_test=said))
    assert (row.trained_on_musdb_test, row.score_warning) == (said, warning)


def test_rows_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        WeightFile.model_validate(_file()).name = "other.pth"


def test_names_must_be_unique_aliases_included():
    with pytest.raises(ValidationError, match="not: tiny"):
        Manifest.model_validate({"models": [_row(), _row()]})
    with pytest.raises(ValidationError, match="not: tiny"):
        Manifest.model_validate({"models": [_row()], "aliases": {"tiny": "tiny"}})


def test_an_alias_must_lead_to_a_row():
    with pytest.raises(ValidationError, match="not: default"):
        Manifest.model_validate({"models": [_row()], "aliases": {"default": "gone"}})


def test_the_error_of_a_broken_manifest_names_file_and_key(tmp_path):
    path = tmp_path / "manifest.yaml"
    path.write_text(yaml.safe_dump({"models": [_row(sample_rate=-1)]}), encoding="utf-8")
    with pytest.raises(ManifestError, match=r"manifest\.yaml.*models\.0\.sample_rate.*greater than 0.*Got -1"):
        load_manifest(path)


def test_a_manifest_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "manifest.yaml"
    path.write_text("models: [", encoding="utf-8")
    with pytest.raises(ManifestError, match="readable YAML"):
        load_manifest(path)


def test_weights_whose_own_licence_nobody_stated_do_not_take_that_of_the_code_beside_them():
    release = "https://github.com/ZFTurbo/Music-Source-Separation-Training/releases/"
    licences = {
        entry.name: entry.licence
        for entry in load_manifest().models
        if any(url.startswith(release) for file in entry.weights for url in file.urls)
    }
    stated = {"scnet", "scnet_large"}
    assert licences == {name: "MIT" if name in stated else "unstated" for name in licences}
    assert len(licences) == 8


def test_scores_on_the_hidden_set_of_mdx21_name_their_submission():
    rows = {entry.name: entry for entry in load_manifest().models}
    for name, submission in {"mdx": "151378", "mdx_extra": "151895"}.items():
        (score,) = rows[name].scores
        assert submission in score.source
        assert set(score.decibels) == {"mean", "bass", "drums", "other", "vocals"}
