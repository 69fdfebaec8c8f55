"""A folder that takes no files is refused before the work, with the option that names another."""

import re

import pytest

from evaluator.writable import UnwritableError, check_writable


def test_a_missing_folder_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "new" / "scores", "The scores", "--save")
    assert list((tmp_path / "new" / "scores").iterdir()) == []


def test_a_place_below_a_file_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "scores"
    told = f"The scores must go into a folder that can be written. Got '{folder}' (Not a directory). Name another one "
    with pytest.raises(UnwritableError, match=f"^{re.escape(told)}with --save"):
        check_writable(folder, "The scores", "--save")
