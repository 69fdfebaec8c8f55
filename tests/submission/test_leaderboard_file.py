"""aicrowd.json for each leaderboard."""

import json
from pathlib import Path

import pytest

from doctor.declaration_file import read_declaration
from doctor.leaderboards import leaderboard_of
from submission.errors import SubmitError
from submission.leaderboard_file import LEADERBOARD_NAMES, aicrowd_fields, write_aicrowd_json

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "flags"),
    [("sdx23-a", (True, False, False)), ("sdx23-b", (False, True, False)), ("sdx23-c", (False, False, True))],
)
@pytest.mark.parametrize("gpu", [True, False])
def test_sdx23_flags_are_exactly_those_of_its_leaderboards(name, flags, gpu):
    fields = aicrowd_fields(name, {}, gpu=gpu)
    assert fields["challenge_id"] == "music-demixing-track-mdx-23"
    assert (fields["labelnoise"], fields["bleeding"], fields["external_dataset_used"]) == flags
    assert fields["gpu"] is gpu
    assert "grader_id" not in fields


@pytest.mark.parametrize(("name", "external"), [("mdx21-a", False), ("mdx21-b", True)])
def test_mdx21_leaderboards_differ_in_the_data_alone(name, external):
    fields = aicrowd_fields(name, {})
    assert fields["external_dataset_used"] is external
    assert set(fields) == {"challenge_id", "grader_id", "authors", "description", "external_dataset_used"}


def test_the_committed_file_is_that_of_its_leaderboard():
    committed = json.loads((ROOT / "aicrowd.json").read_text())
    assert committed == aicrowd_fields("mdx21-b", {})


def test_authors_and_description_outlive_a_change_of_leaderboard(tmp_path):
    path = tmp_path / "aicrowd.json"
    path.write_text('{"authors": ["me"], "description": "Gänsehaut", "labelnoise": true, "gpu": true}')
    written = write_aicrowd_json(path, "mdx21-a")
    assert json.loads(path.read_text()) == written
    assert (written["authors"], written["description"]) == (["me"], "Gänsehaut")
    assert not {"labelnoise", "gpu"} & set(written)


def test_wrong_names_flags_and_files_are_refused(tmp_path):
    with pytest.raises(SubmitError, match=r"must be one of mdx21-a, .*sdx23-c. Got 'c'"):
        aicrowd_fields("c", {})
    with pytest.raises(SubmitError, match="Only SDX23 has machines with a GPU"):
        aicrowd_fields("mdx21-b", {}, gpu=True)
    for path in (tmp_path, tmp_path / "nowhere" / "aicrowd.json"):
        with pytest.raises(SubmitError, match="must be a file in a folder that is there"):
            write_aicrowd_json(path, "mdx21-b")
    assert list(tmp_path.iterdir()) == []
    for text in ("{", "[]"):
        (tmp_path / "aicrowd.json").write_text(text)
        with pytest.raises(SubmitError, match="must be a JSON object. Got"):
            write_aicrowd_json(tmp_path / "aicrowd.json", next(iter(LEADERBOARD_NAMES)))
        assert (tmp_path / "aicrowd.json").read_text() == text


@pytest.mark.parametrize(("name", "where"), LEADERBOARD_NAMES.items())
def test_the_doctor_reads_the_leaderboard_out_of_the_file_that_was_written_for_it(tmp_path, name, where):
    path = tmp_path / "aicrowd.json"
    write_aicrowd_json(path, name)
    declaration = read_declaration(path.read_text())
    assert (declaration.challenge(), leaderboard_of(declaration, declaration.challenge())) == where
