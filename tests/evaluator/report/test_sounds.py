"""A song's player gets the files that are there, and addresses that lead to them."""

from urllib.parse import unquote, urljoin, urlparse

from audio import STEMS
from evaluator.report.run import read_run
from evaluator.report.sounds import find_sounds, link


def test_a_whole_song_has_nine_sounds_in_one_order(run_on_disk):
    sounds = find_sounds("Alpha", run_on_disk.results, run_on_disk.data)
    keys = ["mixture", *(f"estimate-{stem}" for stem in STEMS), *(f"reference-{stem}" for stem in STEMS)]
    assert [sound.key for sound in sounds] == keys


def test_songs_below_a_datasets_subset_are_found(run_on_disk):
    dataset = run_on_disk.data.with_name("dataset")
    dataset.mkdir()
    run_on_disk.data.rename(dataset / "test")
    assert len(find_sounds("Alpha", run_on_disk.results, dataset)) == 9


def test_files_that_are_missing_are_no_sounds(run_on_disk):
    (run_on_disk.results / "Alpha" / "drums.wav").unlink()
    (run_on_disk.data / "Alpha" / "vocals.wav").unlink()
    keys = {sound.key for sound in find_sounds("Alpha", run_on_disk.results, run_on_disk.data)}
    assert len(keys) == 7
    assert not keys & {"estimate-drums", "reference-vocals"}
    without_data = {sound.key for sound in find_sounds("Alpha", run_on_disk.results, None)}
    assert without_data == {"estimate-bass", "estimate-other", "estimate-vocals"}
    assert find_sounds("Omega", run_on_disk.results, run_on_disk.data) == []


def test_an_address_leads_from_the_page_to_the_file_whatever_its_name(run_on_disk):
    hostile = read_run(run_on_disk.results / "results.json").songs[0].name
    page = run_on_disk.results / "pages of runs" / "report.html"
    for sound in find_sounds(hostile, run_on_disk.results, run_on_disk.data):
        address = link(sound.path, page)
        assert not set(address) & set(" #%<>\"'&") - {"%"}
        assert unquote(urlparse(urljoin(page.as_uri(), address)).path) == str(sound.path)
