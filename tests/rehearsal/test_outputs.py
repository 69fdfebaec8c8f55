"""What a rehearsal leaves in the folder that the user names, and which folders it refuses."""

from __future__ import annotations

import json

import pytest

from rehearsal.report import RehearsalError
from tests.rehearsal.conftest import submission

REMOVE_EVERYTHING = """
import shutil
shutil.rmtree(self.results_data_path)
shutil.rmtree(os.path.join(os.path.dirname(os.environ['EVENTS_FILE']), '..', 'logs'))
os.remove(os.environ['EVENTS_FILE'])
raise RuntimeError('no such layer')
"""


def test_a_folder_with_tracked_files_is_refused_and_stays_as_it_is(repository, perform):
    with pytest.raises(RehearsalError, match=r"without files that git tracks. Got '.*evaluator', which holds '__init"):
        perform(output=repository.folder / "evaluator")
    assert [path.name for path in (repository.folder / "evaluator").iterdir()] == ["__init__.py"]


def test_a_submission_that_removes_what_it_was_given_still_gets_its_report(repository, perform, tmp_path, errors):
    repository.write("predict.py", submission(REMOVE_EVERYTHING))
    repository.commit()
    report = perform(output=tmp_path / "rehearsed")
    assert "Alpha: RuntimeError: no such layer" in errors(report)
    assert not json.loads((tmp_path / "rehearsed" / "rehearsal.json").read_text())["ok"]


def test_stems_of_an_earlier_rehearsal_go_with_the_next_one(repository, perform, tmp_path):
    output = tmp_path / "rehearsed"
    perform(output=output)
    (output / "stems" / "old").mkdir()
    perform(output=output)
    assert [path.name for path in (output / "stems").iterdir()] == ["Alpha"]
