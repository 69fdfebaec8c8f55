"""The page holds the run's numbers and words as they are, asks nothing of the network, and copes with partial runs."""

import json
from html.parser import HTMLParser

import pytest

from evaluator.report.player_data import PlayerOptions
from evaluator.report.writing import write_report

SILENT_PAGE = PlayerOptions("none")


class Page(HTMLParser):
    """A page's elements: tag, attributes, text."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.words, self.scripts = [], [], {}
        self.inside = []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, text):
        tag, attributes = self.inside[-1] if self.inside else ("", {})
        if tag == "script" and "id" in attributes:
            self.scripts[attributes["id"]] = text
        elif tag not in ("script", "style"):
            self.words.append(text)

    def having(self, attribute):
        return [(tag, attributes) for tag, attributes in self.elements if attribute in attributes]


def edit(run_on_disk, change):
    path = run_on_disk.results / "results.json"
    run = json.loads(path.read_text())
    change(run)
    path.write_text(json.dumps(run))


pytestmark = pytest.mark.usefixtures("quick_pictures")


@pytest.fixture
def page(run_on_disk):
    return Page(write_report(run_on_disk.results))


def test_names_and_messages_stay_text_whatever_they_hold(page):
    hostile = "A <script><b>\"odd\", 'name' & 100% #1 – Größe"
    assert page.text.count(hostile) >= 5
    assert not [tag for tag, _ in page.elements if tag in ("b", "long", "example")]
    assert "It took </script> <long> & was stopped." in page.text
    assert "predict.py, line 3, asked for <example>." in page.text
    assert json.loads(page.scripts["song-0"])["name"] == hostile


def test_nothing_in_the_page_points_to_a_network(page):
    addresses = [attributes["href"] for _, attributes in page.having("href")]
    assert {address for address in addresses if not address.startswith("#")} == {"data:,"}
    assert page.having("src") == []


def test_the_headline_says_score_verdict_and_cost(page):
    assert "2.50 dB MDX SDR, mean of 2 songs" in page.text
    assert "Fail 1 of 3 songs would fail at grading" in page.text
    assert "set-up 5.2 s" in page.text
    assert "slowest song 5.0% of its limit" in page.text


def test_the_two_definitions_of_sdr_stand_in_tables_of_their_own(page):
    labels = [attributes["aria-label"] for _, attributes in page.having("aria-label")]
    assert "MDX SDR by song and stem" in labels
    assert [label for label in labels if label.startswith("BSSEval v4") and "by song" in label] == [
        f"BSSEval v4 {metric} by song and target" for metric in ("SDR", "ISR", "SIR", "SAR")
    ]


def test_each_worst_second_is_a_button_with_its_song_and_place(page):
    seconds = [(attributes["data-song"], attributes["data-seconds"]) for _, attributes in page.having("data-seconds")]
    assert len(seconds) == 8
    assert set(seconds) == {("0", "1.0"), ("1", "0.0")}
    assert {tag for tag, _ in page.having("data-seconds")} == {"button"}


def test_findings_plan_and_machine_are_there(page):
    for words in (
        "bass: bass.wav was not written in this run",
        "vocals: the reference is silence",
        "model: default settings: overlap: 0.25",
        "memory 16.0 GB",
        "torch 2.13.0",
        "network cut: namespace and sockets",
    ):
        assert words in page.text


def test_a_silent_reference_is_marked_and_has_a_mean_without_it(page):
    assert "7.00 *" in page.text
    assert "mean, silent references left out" in page.text


def test_first_schema_without_scores_of_bss_eval_has_a_page(run_on_disk):
    def change(run):
        run["schema"] = 1
        del run["data"], run["hardware"], run["median"]
        for song in run["songs"]:
            del song["bss_eval"]

    edit(run_on_disk, change)
    page = Page(write_report(run_on_disk.results, options=SILENT_PAGE))
    assert "No song has BSSEval scores in this run." in page.text
    assert "hardware not recorded" in page.text
    assert "2.50 dB MDX SDR" in page.text


@pytest.mark.parametrize(("blend", "named"), [("uhlich", "model uhlich"), ({"members": []}, "model a blend")])
def test_the_headline_names_a_blend(run_on_disk, blend, named):
    edit(run_on_disk, lambda run: run.update(plan={"blend": blend}))
    assert named in Page(write_report(run_on_disk.results, options=SILENT_PAGE)).text


def test_a_run_without_scores_says_so_and_leaves_the_figures_script_out(run_on_disk):
    def change(run):
        run["mean"], run["median"] = {"sdr": None}, {"bss_eval": None}
        run["plan"] = None
        for song in run["songs"]:
            song["sdr"] = song["bss_eval"] = None

    edit(run_on_disk, change)
    for scores in (run_on_disk.results / "bsseval" / "test").iterdir():
        scores.unlink()
    written = write_report(run_on_disk.results, options=SILENT_PAGE)
    page = Page(written)
    assert "no song is scored" in page.text
    assert "No song is scored: scores need the four true stems" in page.text
    assert "Where it fails" not in page.text
    assert "plotly" not in page.scripts
    assert written.stat().st_size < 500_000


def test_a_run_without_songs_has_a_page_without_a_player(run_on_disk):
    edit(run_on_disk, lambda run: run.update(songs=[], mean={"sdr": None}, setup_seconds=None))
    page = Page(write_report(run_on_disk.results))
    assert "No verdict no songs were run" in page.text
    assert "set-up never ended" in page.text
    assert ("section", "player") not in [(tag, attributes.get("id")) for tag, attributes in page.elements]


def test_the_page_goes_where_it_is_asked_to(run_on_disk, tmp_path):
    written = write_report(run_on_disk.results / "results.json", tmp_path / "pages" / "one.html")
    assert written == tmp_path / "pages" / "one.html"
    song = json.loads(Page(written).scripts["song-1"])
    assert song["tracks"]["estimate-bass"]["address"] == "../results/Alpha/bass.wav"
