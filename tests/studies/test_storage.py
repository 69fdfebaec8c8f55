"""A study on disk belongs to one command and to what its trials share; the rest is tested where studies are filled."""

import pytest

from studies.errors import StudyError
from studies.storage import StudyKind, open_study

SEARCH, TUNE = StudyKind("mdx oracle search", ("maximize",)), StudyKind("mdx tune", ("maximize", "minimize"))


def test_a_study_of_another_command_is_refused_and_named(tmp_path, quick_disk):
    path = tmp_path / "study.db"
    open_study(path, TUNE, {"songs": ["one"]})
    with pytest.raises(StudyError, match=r"must be a file that `mdx oracle search` wrote.*a study of `mdx tune`"):
        open_study(path, SEARCH, {"songs": ["one"]})
    assert open_study(path, TUNE, {"songs": ["one"]}).study_name == "mdx tune"


def test_what_is_lacking_or_new_in_an_identity_counts_as_different(tmp_path, quick_disk):
    path = tmp_path / "study.db"
    open_study(path, SEARCH, {"seed": 0, "excerpt": None})
    open_study(path, SEARCH, {"seed": 0, "excerpt": None})
    with pytest.raises(StudyError, match="must go on with the excerpt that it began with: none. Got 5.0. Begin"):
        open_study(path, SEARCH, {"seed": 0, "excerpt": 5.0})
    with pytest.raises(StudyError, match="must go on with the seed that it began with: 0. Got none"):
        open_study(path, SEARCH, {"excerpt": None})
