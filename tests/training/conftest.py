"""Made-up songs that the tests of training share."""

import pytest

from tests.training.cases import write_songs


@pytest.fixture(scope="session")
def songs(tmp_path_factory):
    """A folder of three short songs, two to train with and one to validate with."""
    return write_songs(tmp_path_factory.mktemp("made-up songs"))
