"""The page: every candidate with its figures, text that stays text, and no outside address."""

import json
import re
from html.parser import HTMLParser

import pytest

from separation.plan import Plan
from tests.tuning.tuning_stand_ins import cost_of_seconds, quality_of
from tuning.costs import Budget
from tuning.figure import LEFT_OUT, LINE, PICKED, SCORED, best_for_their_time, front_figure
from tuning.outcome import Candidate, Outcome
from tuning.page import Story, render_page

HOSTILE = "</script><b>odd</b> & more"


def candidate(number, seconds, decibels=None, reason=None, on_front=True):
    quality = None if decibels is None else quality_of(decibels)
    plan = Plan(model="umxhq", settings={"weights_folder": HOSTILE, "shifts": number})
    return Candidate(number, plan, cost_of_seconds(seconds, 1e9 + number), quality, reason, on_front and bool(quality))


@pytest.fixture
def outcome():
    slow = candidate(3, 400, reason=f"may take too much {HOSTILE}")
    failed = Candidate(4, None, None, None, "does not run: The weights are damaged.")
    return Outcome((candidate(0, 20, 5.0), candidate(1, 90, 6.5), candidate(2, 100, 4.0, on_front=False), slow, failed))


@pytest.fixture
def page(outcome):
    return render_page(
        Story(
            outcome, outcome.candidates[1], Budget(), {"gain": "+1 dB", "songs": ["One & <two>"]}, "model: umxhq", None
        )
    )


class Tags(HTMLParser):
    """Attributes that make a browser ask for something."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("href", "src", "srcset", "action", "data")]


def traces_of(outcome, picked=None):
    figure = json.loads(front_figure(outcome, picked, Budget()))
    return {trace["name"]: trace for trace in figure["data"]}, figure["layout"]


def test_nothing_in_the_page_points_to_a_network(page):
    tags = Tags()
    tags.feed(page)
    assert tags.addresses == ["data:,"]
    assert not re.search(r"https?://|@import|url\(", page)


def test_every_candidate_stands_in_the_page_with_its_figures_or_the_reason(page):
    for text in ("5.00", "6.50", "4.00", "18.0 – 22.0", "41%", "1.00 GB", "does not run: The weights are damaged."):
        assert text in page
    assert "One &amp; &lt;two&gt;" in page
    assert HOSTILE not in page
    assert "<b>odd" not in page


def test_points_stand_at_their_time_and_score_and_slow_ones_on_the_lower_edge(outcome):
    traces, layout = traces_of(outcome, outcome.candidates[1])
    assert (traces[SCORED]["x"], traces[SCORED]["y"]) == ([90, 20, 100], [6.5, 5.0, 4.0])
    assert traces[SCORED]["marker"]["symbol"] == ["circle", "circle", "circle-open"]
    assert traces[LEFT_OUT]["x"] == [400]
    assert traces[LEFT_OUT]["y"][0] < 4.0
    assert (traces[PICKED]["x"], traces[PICKED]["y"]) == ([90], [6.5])
    assert (traces[LINE]["x"], traces[LINE]["y"]) == ([20, 90], [5.0, 6.5])
    assert [shape["x0"] for shape in layout["shapes"]] == [192.0, 240.0]
    assert "shifts 0" in traces[SCORED]["text"][1]


def test_the_line_joins_those_that_no_faster_one_equals(outcome):
    assert [one.number for one in best_for_their_time(outcome.scored)] == [0, 1]


def test_a_study_in_which_nothing_fits_still_has_its_page():
    outcome = Outcome((candidate(0, 400, reason="may take 183% of the limit, 80% are allowed"),))
    page = render_page(Story(outcome, None, Budget(), {}, None, "None fits."))
    assert "None fits." in page
    assert "may take 183% of the limit" in page
