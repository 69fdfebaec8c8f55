"""The notebook runs from its first cell to its last, and says what the library says."""

from pathlib import Path

import nbclient
import nbformat
import pytest

from audio import STEMS, read_audio
from audio.sample_tracks import find_packaged_song
from evaluator.metrics import sdr
from separation import create_separator

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "listen.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("notebook")


@pytest.fixture(scope="module")
def executed(folder):
    """The notebook after a run in an empty folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook, kind):
    return [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if kind in output.get("data", {})
    ]


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_it_shows_a_picture_and_a_player_for_the_mixture_and_every_stem(executed):
    assert len(outputs(executed, "image/png")) == 1
    players = [output for output in outputs(executed, "text/html") if "<audio" in output.data["text/html"]]
    assert len(players) == 1 + len(STEMS)


def test_it_saves_what_the_default_model_gives(executed, folder):
    song = read_audio(find_packaged_song())
    stems = create_separator("default").separate(song.samples)
    saved = {stem: read_audio(folder / "separated" / f"{stem}.wav").samples for stem in STEMS}
    assert min(sdr({stem: stems[stem] for stem in STEMS}, saved).values()) > 40
