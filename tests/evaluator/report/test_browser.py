"""The page in a browser: it plays, mutes, solos and seeks, asks nothing of a network, and fits a telephone."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import time

import pytest

from audio import STEMS
from evaluator.report.player_data import PlayerOptions
from evaluator.report.writing import write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "MDX_REQUIRE_BROWSER"
"""Set where a browser was installed for these tests: none may be skipped there."""
PATIENCE_SECONDS = 20.0
SONG_SECONDS = 12
ESTIMATES = [f"estimate-{stem}" for stem in STEMS]

HEARD = "return [...document.querySelectorAll('audio[data-heard=true]')].map(sound => sound.dataset.sound)"
MUTED = "return [...document.querySelectorAll('audio')].filter(sound => sound.volume < 0.001 || sound.muted).length"
TIMES = "return [...document.querySelectorAll('audio')].map(sound => sound.currentTime)"
PAUSED = "return [...document.querySelectorAll('audio')].every(sound => sound.paused)"
CURSOR = "return parseFloat(getComputedStyle(document.querySelector('.lane .cursor')).left)"


def missing_part() -> str | None:
    """Say what is missing for a test in a browser, or None."""
    if importlib.util.find_spec("selenium") is None:
        return "the Python package selenium is not installed"
    if shutil.which("chromedriver") is None or not any(map(shutil.which, BROWSERS)):
        return "there is no chromium with its chromedriver (Debian: chromium and chromium-driver)"
    return None


@pytest.fixture(scope="module")
def driver():
    reason = missing_part()
    if reason is not None:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(f"a browser is needed: {reason}")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = next(path for path in map(shutil.which, BROWSERS) if path)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # The path is named, so that selenium does not look for a driver to download.
    started = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield started
    started.quit()


class Page:
    """What a test does with a page, and looks at."""

    def __init__(self, driver, path):
        self.driver = driver
        self.run = driver.execute_script
        self.logged()
        self.requested()
        self.screen(1000, 900)
        driver.get(path.as_uri())

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def click(self, selector):
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", self.find(selector))
        self.find(selector).click()

    def choose(self, name, value):
        self.run("arguments[0].click()", self.find(f"[name={name}][value={value}]"))

    def press(self, keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def screen(self, width, height, *, dark=False):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def wait(self, condition, what):
        """Wait until condition() is true; `what` says what was waited for."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.02)
        pytest.fail(f"waited {PATIENCE_SECONDS:g} s in vain: {what}")

    def plays(self):
        """Wait until the sounds play."""
        self.wait(lambda: not self.run(PAUSED) and (self.run(TIMES) or [0])[0] > 0.05, "the sounds play")
        self.wait(lambda: self.run("return document.querySelector('.play.playing') !== null"), "the button says so")

    def time(self):
        return self.run(TIMES)[0]

    def logged(self):
        """Return what the browser complains about since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self):
        """Return the addresses that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent]


@pytest.fixture(scope="module")
def report(long_run_on_disk):
    return write_report(long_run_on_disk.results)


@pytest.fixture
def page(driver, report):
    opened = Page(driver, report)
    yield opened
    assert opened.logged() == []


def test_play_moves_the_clock_and_the_cursor_and_loads_one_song_from_disk_only(page):
    assert page.run("return document.querySelectorAll('audio').length") == 9
    assert not [address for address in page.requested() if address.endswith(".wav")]
    assert page.run(CURSOR) == pytest.approx(0, abs=1)
    page.click(".play")
    page.plays()
    page.wait(lambda: page.run(CURSOR) > 20, "the cursor moves")
    page.wait(lambda: not page.find(".time").text.startswith("0:00"), "the clock moves")
    page.wait(lambda: max(times := page.run(TIMES)) - min(times) < 0.005, "the sounds come together")
    requested = page.requested()
    assert len({address for address in requested if "/A%20%3Cscript%3E" in address}) == 9
    assert not [address for address in requested if "Alpha" in address]
    assert {address.partition(":")[0] for address in requested} <= {"file", "data"}


def test_mute_solo_and_the_other_source_decide_what_is_heard(page):
    assert page.run(HEARD) == ESTIMATES
    page.click("[data-stem=bass] .mute")
    assert page.run(HEARD) == ["estimate-drums", "estimate-other", "estimate-vocals"]
    assert page.run(MUTED) == 6
    page.click("[data-stem=vocals] .solo")
    assert page.run(HEARD) == ["estimate-vocals"]
    assert page.find("[data-stem=vocals] .solo").get_attribute("aria-pressed") == "true"
    page.choose("source", "reference")
    assert page.run(HEARD) == ["reference-vocals"]
    page.choose("source", "mixture")
    assert page.run(HEARD) == ["mixture"]
    page.click("[data-stem=vocals] .solo")
    assert page.run(HEARD) == ["estimate-drums", "estimate-other", "estimate-vocals"]


def test_keys_play_seek_mute_solo_and_compare(page):
    from selenium.webdriver.common.keys import Keys

    page.press(Keys.SPACE)
    page.plays()
    page.press(Keys.SPACE)
    page.wait(lambda: page.run(PAUSED), "the space bar pauses")
    paused_at = page.run(CURSOR)
    page.press(Keys.ARROW_RIGHT)
    width = page.find(".lane-picture").size["width"]
    assert page.run(CURSOR) == pytest.approx(paused_at + width * 5 / SONG_SECONDS, abs=2)
    page.press(Keys.ARROW_LEFT)
    assert page.run(CURSOR) == pytest.approx(paused_at, abs=2)
    page.click("[data-stem=drums] .mute")
    page.press("m")
    assert page.run(HEARD) == ESTIMATES
    page.press("s")
    assert page.run(HEARD) == ["estimate-drums"]
    page.press("a")
    assert page.run(HEARD) == ["reference-drums"]
    page.press(Keys.ARROW_UP + "s")
    assert page.run(HEARD) == ["reference-bass", "reference-drums"]


def test_a_press_on_a_picture_seeks_there_also_while_playing(page):
    page.click(".play")
    page.plays()
    page.click("[data-stem=other] .lane-picture")  # its middle
    page.wait(lambda: not page.run(PAUSED) and page.time() > SONG_SECONDS / 2, "it plays on from the middle")
    place = """const lane = document.querySelector('.lane-picture');
        const cursor = parseFloat(getComputedStyle(lane.querySelector('.cursor')).left);
        return cursor / lane.clientWidth - document.querySelector('audio').currentTime / arguments[0];"""
    page.wait(lambda: abs(page.run(place, SONG_SECONDS)) < 0.02, "the cursor is where the sound is")
    assert not page.run(PAUSED)


def test_a_worst_second_plays_its_stem_in_its_song_and_a_name_opens_a_song(page):
    second = "#worst [data-stem=other] .second[data-song='1']"
    page.click(second)
    page.plays()
    start = float(page.find(second).get_attribute("data-seconds"))
    assert start <= page.time() < start + SONG_SECONDS / 2
    assert page.run(HEARD) == ["estimate-other"]
    assert page.find(".song").get_attribute("value") == "Alpha"
    page.click("#scores tbody tr:first-child .song-link")
    assert "<script>" in page.find(".song").get_attribute("value")
    assert page.run(PAUSED)


def test_a_table_is_sorted_by_the_head_that_is_pressed(page):
    def column():
        return page.run("return [...document.querySelectorAll('#time tbody tr')].map(row => row.cells[2].textContent)")

    assert column() == ["12.00 s", "12.00 s", "–"]
    page.click("#scores th:nth-child(2) button")
    names = "return [...document.querySelectorAll('#scores .sortable')][0].tBodies[0].textContent.match(/Alpha|Omega/g)"
    assert page.run(names) == ["Alpha", "Omega"]
    page.click("#scores th:nth-child(2) button")
    rows = page.run("return [...document.querySelector('#scores tbody').rows].map(row => row.cells[1].textContent)")
    assert rows == ["4.00", "1.00", "–"]


def test_a_long_name_without_a_space_leaves_the_scores_in_sight(page):
    page.run("document.querySelector('#scores .song-link').textContent = 'x'.repeat(250)")
    hidden = "const box = document.querySelector('#scores .scroll'); return box.scrollWidth - box.clientWidth"
    assert page.run(hidden) == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_telephone_shows_figures_and_spectrograms_without_scrolling_sideways(page, dark):
    page.screen(360, 740, dark=dark)
    page.choose("picture", "spectrogram")
    page.run("document.querySelector('.plot').scrollIntoView({behavior: 'instant'})")
    drawn = "return document.querySelectorAll('.plot [class*=boxlayer] path.box').length"
    page.wait(lambda: page.run(drawn) >= 4, "the figure is drawn")
    assert page.run("return document.documentElement.scrollWidth") == 360
    assert page.run("return getComputedStyle(document.body).backgroundColor === 'rgb(19, 21, 25)'") is dark
    painted = """const canvas = document.querySelector('[data-stem=bass] .picture');
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some((value, index) => index % 4 === 3 && value > 60);"""
    page.wait(lambda: page.run(painted), "the spectrogram is painted")


def test_embedded_sound_plays_wherever_the_page_is(driver, run_on_disk, quick_pictures, tmp_path):
    page = Page(driver, write_report(run_on_disk.results, tmp_path / "away" / "page.html", PlayerOptions("embed")))
    page.click(".play")
    page.plays()
    assert {address.partition(":")[0] for address in page.requested()} <= {"file", "data", "blob"}
    assert page.find(".sound-note").text == "The sound is in this page, as MP3."
    assert page.logged() == []


def test_a_page_away_from_its_files_says_so(driver, report, tmp_path):
    shutil.copy(report, tmp_path / "lost.html")
    page = Page(driver, tmp_path / "lost.html")
    page.click(".play")
    page.wait(lambda: "could not be played" in page.find(".sound-note").text, "the page says that files are missing")
    page.wait(lambda: page.find(".play").get_attribute("aria-label") == "Play", "it stops playing")
    assert not [message for message in page.logged() if "ERR_FILE_NOT_FOUND" not in message]
