"""The folder of a study holds that study alone, and each system under a name that tells it from all others."""

import json

import pytest

from evaluator.known_songs import find_songs
from oracles.definitions import KIT, SIGSEP
from oracles.document import check_place, save_study, study_document, system_folder
from oracles.errors import OracleError
from oracles.study import StudyPlan, run_study
from oracles.transform import HannSTFT

PLAN = StudyPlan("kit", KIT.find(["irm1", "psm"]), [HannSTFT(1024)])
SONGS = ("Alpha", "Jokers, Jacks & Kings")


@pytest.fixture
def kept(two_songs, tmp_path):
    """The folder of a study of one song."""
    (two_songs / "Alpha" / "mixture.wav").unlink()
    study = run_study(find_songs([two_songs / "Alpha"]), PLAN)
    assert save_study(study, tmp_path / "kept").read_text() == json.dumps(study_document(study), indent=2) + "\n"
    return tmp_path / "kept"


def test_definitions_and_mixture_are_in_the_name_of_a_system_where_they_are_not_the_usual_ones():
    assert system_folder("irm1", "STFT 1024", "kit", "file") == "irm1 STFT 1024"
    assert system_folder("irm1", "STFT 1024", "sigsep", "sum") == "irm1 STFT 1024 sigsep mixture sum"


def test_the_same_study_may_be_written_again_also_with_more_songs_or_systems(kept):
    check_place(kept, PLAN, ["Alpha"])
    check_place(kept, StudyPlan("kit", KIT.oracles, [HannSTFT(2048), HannSTFT(1024)], bss_eval=True), SONGS)
    assert json.loads((kept / "oracles.json").read_text())["without_mixture_file"] == ["Alpha"]


@pytest.mark.parametrize(
    ("plan", "songs", "left"),
    [
        (StudyPlan("kit", PLAN.oracles, PLAN.transforms, "sum"), SONGS, "irm1 STFT 1024"),
        (StudyPlan("sigsep", SIGSEP.oracles, [SIGSEP.stft(1024)]), SONGS, "irm1 STFT 1024"),
        (StudyPlan("kit", KIT.find(["irm1"]), PLAN.transforms), SONGS, "psm STFT 1024"),
        (PLAN, ["Jokers, Jacks & Kings"], "Alpha"),
    ],
)
def test_a_folder_with_something_that_the_study_would_not_replace_is_refused(kept, plan, songs, left):
    with pytest.raises(OracleError, match=f"one study of oracles alone.*holds another one, with '{left}'. Name anot"):
        check_place(kept, plan, songs)


def test_what_stands_in_the_way_is_refused_before_the_work_and_named_where_it_comes_later(two_songs, tmp_path):
    (tmp_path / "psm STFT 1024").write_text("a file")
    with pytest.raises(OracleError, match=r"holds the file 'psm STFT 1024'\. Name another one with --output"):
        check_place(tmp_path, PLAN, SONGS)
    with pytest.raises(OracleError, match=rf"Got '{tmp_path}' \(.*\)\. Free space, or name another one with --output"):
        save_study(run_study(find_songs([two_songs / "Alpha"]), PLAN), tmp_path)
    (tmp_path / "psm STFT 1024").unlink()
    (tmp_path / "oracles.json").write_text("[]")
    with pytest.raises(OracleError, match="holds another 'oracles.json'"):
        check_place(tmp_path, PLAN, SONGS)
