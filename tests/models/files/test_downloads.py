"""Downloads from a server in a thread, which breaks off, ignores ranges, changes its file or sends a wrong one."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest

from models.errors import WeightError
from models.files import downloads, trusted_addresses
from models.files.downloads import DownloadError, Wanted, fetch, part_path
from tests.models.files.web_server import Site, serve

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER = b"x" * len(CONTENT)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    monkeypatch.setattr(downloads, "PAUSE_SECONDS", 0)


@pytest.fixture
def site():
    with serve(Site(CONTENT)) as site:
        yield site


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "weights.pth"


def _check(path, url):
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != SHA256:
        raise WeightError(f"{url} has another hash")
    return actual


def _wanted(site, target, **changes):
    return Wanted(**{"urls": (site.url,), "target": target, "check": _check, "has_published_hash": True, **changes})


def _half_a_download(site, target, **changes):
    """Leave the first 1000 bytes of the file, as an interrupted run does."""
    site.break_after = [1000, 0]
    with pytest.raises(DownloadError, match="ended after 1000 of 1024000 bytes"):
        fetch(_wanted(site, target, **changes))
    site.asked.clear()


def test_a_whole_download_gets_its_name_and_leaves_nothing_else(site, target):
    fetched = fetch(_wanted(site, target))
    assert (fetched.path, fetched.url, fetched.sha256) == (target, site.url, SHA256)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert site.asked[0]["Accept-Encoding"] == "identity"


def test_a_broken_connection_is_continued_in_the_same_run_as_long_as_it_brings_more(site, target):
    site.break_after = [1000, 500_000, 1]
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert [asked.get("Range") for asked in site.asked] == [None, "bytes=1000-", "bytes=501000-", "bytes=501001-"]


def test_what_arrived_is_kept_for_the_next_run_which_asks_for_the_rest_of_the_same_file(site, target):
    _half_a_download(site, target)
    assert part_path(target).read_bytes() == CONTENT[:1000]
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert (site.asked[0]["Range"], site.asked[0]["If-Range"]) == ("bytes=1000-", '"first"')
    assert list(target.parent.iterdir()) == [target]


def test_the_date_of_the_last_change_stands_in_for_a_weak_tag(site, target):
    site.etag, site.last_modified = 'W/"weak"', "Wed, 21 Oct 2015 07:28:00 GMT"
    _half_a_download(site, target)
    fetch(_wanted(site, target))
    assert site.asked[0]["If-Range"] == site.last_modified
    assert target.read_bytes() == CONTENT


def test_a_server_that_ignores_ranges_sends_the_whole_file_again(site, target):
    _half_a_download(site, target)
    site.takes_ranges = False
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT


def test_a_server_that_ignores_ranges_and_always_breaks_off_is_given_up(site, target):
    site.takes_ranges, site.break_after = False, [1000] * 10
    with pytest.raises(DownloadError, match="ended after 1000"):
        fetch(_wanted(site, target))
    assert len(site.asked) == 2


def test_a_file_that_changed_at_the_server_is_fetched_from_its_beginning(site, target):
    site.content = OTHER
    _half_a_download(site, target)
    site.content, site.etag = CONTENT, '"second"'
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert len(site.asked) == 1


def test_pieces_of_two_files_from_a_server_without_tags_are_seen_and_fetched_again(site, target, caplog):
    site.content, site.etag = OTHER, None
    _half_a_download(site, target)
    site.content = CONTENT
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert "is not the published file; starting over" in caplog.text
    assert [asked.get("Range") for asked in site.asked] == ["bytes=1000-", None]


def test_without_tag_and_hash_nothing_is_pieced_together(site, target):
    site.etag = None
    site.break_after = [1000, 0]
    with pytest.raises(DownloadError, match="0 of 1024000"):
        fetch(_wanted(site, target, has_published_hash=False))
    assert "Range" not in site.asked[1]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"content": CONTENT[:-1] + b"!!"}, id="another size"),
        pytest.param({"content": CONTENT[:500]}, id="shorter than what is here"),
        pytest.param({"wrong_range_start": 7}, id="another piece than was asked for"),
    ],
)
def test_an_answer_that_does_not_fit_to_the_beginning_leads_to_a_whole_download(site, target, change):
    _half_a_download(site, target)
    for name, value in change.items():
        setattr(site, name, value)
    fetch(_wanted(site, target, check=lambda path, _url: hashlib.sha256(path.read_bytes()).hexdigest()))
    assert target.read_bytes() == site.content
    assert [asked.get("Range") for asked in site.asked] == ["bytes=1000-", None]


def test_a_part_file_that_is_already_whole_is_only_checked(site, target):
    _half_a_download(site, target)
    part_path(target).write_bytes(CONTENT)
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert not site.asked


def test_a_part_file_of_unknown_origin_is_not_continued(site, target):
    target.parent.mkdir()
    part_path(target).write_bytes(OTHER[:1000])
    fetch(_wanted(site, target))
    assert target.read_bytes() == CONTENT
    assert "Range" not in site.asked[0]


def test_a_wrong_file_is_thrown_away(site, target):
    site.content = OTHER
    with pytest.raises(DownloadError, match="has another hash"):
        fetch(_wanted(site, target))
    assert not list(target.parent.iterdir())


def test_addresses_are_tried_in_order_and_each_failure_is_told(site, target, monkeypatch):
    monkeypatch.setattr(trusted_addresses, "TRUSTED_PREFIXES", ("http://127.0.0.1",))
    with serve(Site(OTHER)) as wrong, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}/weights.pth"
        assert fetch(_wanted(site, target, urls=(gone, wrong.url, site.url))).url == site.url
        target.unlink()
        with pytest.raises(DownloadError, match=f"{gone}: .*refused.*; {wrong.url} has another hash"):
            fetch(_wanted(site, target, urls=(gone, wrong.url)))


def test_a_silent_server_is_given_up_after_the_timeout(target, monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(trusted_addresses, "TRUSTED_PREFIXES", ("http://127.0.0.1",))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/weights.pth"
        with pytest.raises(DownloadError, match="timed out"):
            fetch(Wanted((url,), target, _check, has_published_hash=True))


def test_ctrl_c_keeps_what_arrived(site, target):
    def interrupt(received_bytes, _total_bytes):
        if received_bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(_wanted(site, target), interrupt)
    kept = part_path(target).read_bytes()
    assert kept
    assert kept == CONTENT[: len(kept)]
    fetch(_wanted(site, target))
    assert site.asked[1]["Range"] == f"bytes={len(kept)}-"
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(("tells_length", "expected"), [(True, len(CONTENT)), (False, 999_999)])
def test_progress_counts_to_what_the_server_tells_or_else_to_the_size_in_the_manifest(
    site, target, tells_length, expected
):
    site.tells_length = tells_length
    told = []
    fetch(_wanted(site, target, approximate_bytes=999_999), lambda *numbers: told.append(numbers))
    received, totals = zip(*told, strict=True)
    assert set(totals) == {expected}
    assert (received[0], received[-1]) == (0, len(CONTENT))
    assert list(received) == sorted(received)


def test_progress_of_a_continued_download_starts_where_it_broke_off(site, target):
    _half_a_download(site, target)
    told = []
    fetch(_wanted(site, target), lambda *numbers: told.append(numbers))
    assert told[0] == (1000, len(CONTENT))


@pytest.mark.parametrize("has_published_hash", [True, False])
def test_plain_http_is_refused_because_published_hashes_may_be_short(target, has_published_hash):
    with serve(Site(CONTENT, is_trusted=False)) as site:
        with pytest.raises(DownloadError, match="are only taken over https, not from 'http://127.0.0.1"):
            fetch(_wanted(site, target, has_published_hash=has_published_hash))
        assert not site.asked


def test_a_redirect_is_followed_to_https_and_keeps_asking_for_the_rest(site, target):
    _half_a_download(site, target)
    origin = json.loads(target.with_name("weights.pth.part.json").read_text(encoding="utf-8"))
    with serve(Site(CONTENT, sends_on_to=site.url)) as first:
        target.with_name("weights.pth.part.json").write_text(json.dumps({**origin, "url": first.url}))
        assert fetch(_wanted(first, target)).url == first.url
    assert target.read_bytes() == CONTENT
    assert [asked["Range"] for asked in site.asked] == ["bytes=1000-"]


def test_a_hop_over_plain_http_is_refused_also_where_the_next_one_is_trusted_again(site, target):
    with (
        serve(Site(b"", sends_on_to=site.url, is_trusted=False)) as hop,
        serve(Site(b"", sends_on_to=hop.url)) as first,
    ):
        with pytest.raises(DownloadError, match=f"only taken over https, not from '{hop.url}'"):
            fetch(_wanted(first, target))
        assert (len(first.asked), hop.asked, site.asked) == (1, [], [])


@pytest.mark.parametrize("other", ["file:///etc/passwd", "ftp://127.0.0.1/weights.pth", "data:,weights"])
def test_no_other_kind_of_address_is_taken(site, target, other):
    with pytest.raises(DownloadError, match=f"only taken over https, not from '{other}'"):
        fetch(_wanted(site, target, urls=(other,)))


def test_a_response_without_an_end_stops_half_above_the_size_in_the_manifest(site, target):
    site.tells_length, site.content = False, CONTENT * 8
    with pytest.raises(DownloadError, match="must have at most 1500000 bytes. Got more; nothing was kept"):
        fetch(_wanted(site, target, approximate_bytes=1_000_000))
    assert not list(target.parent.iterdir())
    assert len(site.asked) == 1


def test_a_response_without_an_end_of_a_file_of_unknown_size_stops_at_a_fixed_size(site, target, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_BYTES", 500_000)
    site.tells_length = False
    with pytest.raises(DownloadError, match="must have at most 500000 bytes"):
        fetch(_wanted(site, target))
    assert not list(target.parent.iterdir())


def test_an_announcement_of_more_than_any_weights_have_is_not_even_begun(site, target, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_BYTES", 500_000)
    with pytest.raises(DownloadError, match="at most 500000 bytes. Got an announcement of 1024000"):
        fetch(_wanted(site, target))
    assert not list(target.parent.iterdir())


def test_a_response_that_goes_on_after_the_announced_rest_is_stopped(site, target):
    _half_a_download(site, target)
    site.extra = b"and more"
    with pytest.raises(DownloadError, match="must have at most 1024000 bytes"):
        fetch(_wanted(site, target))
    assert not list(target.parent.iterdir())


def test_a_server_that_gives_a_little_at_a_time_is_given_up_and_what_arrived_is_kept(site, target, monkeypatch):
    pauses = []
    monkeypatch.setattr(downloads.time, "sleep", pauses.append)
    monkeypatch.setattr(downloads, "PAUSE_SECONDS", 2.5)
    site.break_after = [10] * 1000
    with pytest.raises(DownloadError, match="ended after 200 of 1024000 bytes"):
        fetch(_wanted(site, target))
    assert len(site.asked) == downloads.MOST_ATTEMPTS == 20
    assert pauses == [2.5] * 19
    assert part_path(target).read_bytes() == CONTENT[:200]


def test_the_note_beside_a_part_file_says_where_it_came_from(site, target):
    _half_a_download(site, target)
    note = json.loads(target.with_name("weights.pth.part.json").read_text(encoding="utf-8"))
    assert note == {"url": site.url, "validator": '"first"', "total_bytes": len(CONTENT)}
