"""The page in a browser: all points are drawn, on a telephone too, and nothing is asked of a network."""

import pytest

from tests.evaluator.report.test_browser import Page, driver  # noqa: F401  # a fixture
from tests.tuning.test_page import candidate
from tuning.costs import Budget
from tuning.outcome import Outcome
from tuning.page import Story, write_page

POINTS = "return document.querySelectorAll('#front .points path').length"
DRAWN = "return document.querySelector('#front .plot').dataset.drawn === 'yes'"
WIDER = "return document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("width", [1000, 390])
def test_all_points_are_drawn_without_a_network(driver, tmp_path, width):  # noqa: F811
    outcome = Outcome((candidate(0, 20, 5.0), candidate(1, 90, 6.5), candidate(2, 400, reason="may take too much")))
    path = tmp_path / "tune.html"
    write_page(path, Story(outcome, outcome.candidates[1], Budget(), {"gain": "+1 dB"}, "model: umxhq", None))
    page = Page(driver, path)
    page.screen(width, 900)
    page.wait(lambda: page.run(DRAWN), "the figure is drawn")
    # Two scored, one left out, one ring around the picked one.
    assert page.run(POINTS) == 4
    assert page.run(WIDER) <= 0
    assert page.logged() == []
    assert all(address.startswith(("file:", "data:", "blob:")) for address in page.requested())
