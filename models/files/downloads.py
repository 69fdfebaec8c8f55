"""Downloads that survive a broken connection.

What has arrived is kept in `NAME.part` beside the target, with a note of where it came from (`NAME.part.json`). The
next attempt, in this run or a later one, asks the same address for the rest only (RFC 9110, section 14: Range) and on
the condition that the file there is still the same (section 13.1.5: If-Range, with a strong ETag or the date of the
last change). A server that ignores the question, or has another file by now, sends the whole file again. The whole file
is checked before it gets its name; whatever fails the check is thrown away.

A server is not trusted with more than that. Only https is asked (`models.files.trusted_addresses`), a response may
fill no disk (`_most_bytes`), and a server that gives a little at a time is given up after some attempts.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from audio.atomic import write_text_atomically
from models.errors import WeightError
from models.files.trusted_addresses import TrustedRedirects, require_trusted

TIMEOUT_SECONDS = 60.0
"""How long a server may be silent before its connection counts as broken."""

MOST_BYTES = 4_000_000_000
"""What no file may be larger than; the largest of the manifest has 2.6 GB."""
MOST_ATTEMPTS = 20
"""Connections for one file from one address."""
PAUSE_SECONDS = 1.0
"""Between two attempts."""

_OVER_APPROXIMATE = 1.5
_READ_BYTES = 1 << 18
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

OnProgress: TypeAlias = Callable[[int, int | None], None]
"""Called with the bytes that are here and the bytes of the whole file, None where nobody knows."""

logger = logging.getLogger(__name__)


class DownloadError(OSError):
    """No address gave the file; the message says what happened at each."""


@dataclass(frozen=True)
class Wanted:
    """A file to fetch."""

    urls: tuple[str, ...]
    """Tried in this order."""
    target: Path
    """Where the file goes, under its final name."""
    check: Callable[[Path, str], str]
    """(file, its address) -> its sha256; raises WeightError when it is not the file that was wanted."""
    has_published_hash: bool
    """Whether `check` compares with one; without it, pieces need the server's tag or date."""
    approximate_bytes: int | None = None
    """For the progress, and as a bound, where the server does not tell."""


@dataclass(frozen=True)
class Fetched:
    """A file that arrived."""

    path: Path
    url: str
    sha256: str


@dataclass(frozen=True)
class _Origin:
    """What a part file is a part of."""

    url: str
    validator: str | None
    """ETag or date of the last change, as the server wrote it."""
    total_bytes: int | None


def ignore_progress(received_bytes: int, total_bytes: int | None) -> None:
    """Tell nobody."""


def fetch(wanted: Wanted, on_progress: OnProgress = ignore_progress) -> Fetched:
    """Download a file from the first address that gives the right one. The caller keeps other processes out.

    Args:
        wanted: What to fetch.
        on_progress: Told after every piece.

    Raises:
        DownloadError: No address gave it. What arrived before a connection broke is kept for the next time; a wrong
            file is not.
    """
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for url in wanted.urls:
        try:
            return _fetch_from(url, wanted, on_progress)
        except (OSError, http.client.HTTPException) as error:
            failures.append(f"{url}: {error}")
        except WeightError as error:
            failures.append(str(error))
    raise DownloadError("; ".join(failures))


def part_path(target: Path) -> Path:
    """Return where an unfinished download of `target` lies."""
    return target.with_name(f"{target.name}.part")


def _fetch_from(url: str, wanted: Wanted, on_progress: OnProgress) -> Fetched:
    require_trusted(url)
    part = part_path(wanted.target)
    resumed = _receive_all(url, wanted, on_progress)
    try:
        sha256 = wanted.check(part, url)
    except WeightError:
        _discard(part)
        if not resumed:
            raise
        # The pieces may be of two files: a server without ETag and date cannot tell that it has another one by now.
        logger.warning("The continued download of %s is not the published file; starting over.", url)
        _receive_all(url, wanted, on_progress)
        try:
            sha256 = wanted.check(part, url)
        except WeightError:
            _discard(part)
            raise
    os.replace(part, wanted.target)
    _discard(part)
    return Fetched(wanted.target, url, sha256)


def _receive_all(url: str, wanted: Wanted, on_progress: OnProgress) -> bool:
    """Fill the part file, attempt by attempt while each brings it further; tell if it was continued."""
    part = part_path(wanted.target)
    furthest = _size(part)
    resumed = False
    attempts = 0
    while True:
        attempts += 1
        try:
            return _receive(url, wanted, on_progress) or resumed
        except (OSError, http.client.HTTPException) as error:
            if _size(part) <= furthest or attempts == MOST_ATTEMPTS:
                raise
            furthest, resumed = _size(part), True
            logger.info("The connection to %s broke after %d bytes (%s); continuing.", url, furthest, error)
        time.sleep(PAUSE_SECONDS)


def _receive(url: str, wanted: Wanted, on_progress: OnProgress) -> bool:
    """Ask once for what is missing and append it; tell whether earlier bytes were kept."""
    part = part_path(wanted.target)
    origin = _usable_origin(url, wanted)
    if origin and origin.total_bytes == _size(part):
        return True
    with _ask(url, origin, _size(part)) as response:
        continues = response.status == _PARTIAL_CONTENT
        if not continues:
            _discard(part)
        total_bytes = _total_bytes(response)
        most_bytes = _most_bytes(total_bytes, wanted, url)
        _write_origin(part, _Origin(url, _validator(response), total_bytes))
        with part.open("ab") as stream:
            expected_bytes = total_bytes or wanted.approximate_bytes
            on_progress(stream.tell(), expected_bytes)
            while block := response.read1(_READ_BYTES):
                if stream.tell() + len(block) > most_bytes:
                    _discard(part)
                    raise WeightError(_too_large_text(url, most_bytes, "more"))
                stream.write(block)
                on_progress(stream.tell(), expected_bytes)
    if total_bytes is not None and _size(part) != total_bytes:
        raise urllib.error.URLError(f"the connection ended after {_size(part)} of {total_bytes} bytes")
    return continues


def _most_bytes(total_bytes: int | None, wanted: Wanted, url: str) -> int:
    """Return how large a file may become: what the server announced, or else what the manifest lets expect."""
    if total_bytes is not None:
        if total_bytes > MOST_BYTES:
            raise WeightError(_too_large_text(url, MOST_BYTES, f"an announcement of {total_bytes}"))
        return total_bytes
    return MOST_BYTES if wanted.approximate_bytes is None else round(_OVER_APPROXIMATE * wanted.approximate_bytes)


def _too_large_text(url: str, most_bytes: int, received: str) -> str:
    return (
        f"The download of {url} must have at most {most_bytes} bytes. Got {received}; nothing was kept. "
        "Try again later, or get the file elsewhere."
    )


def _ask(url: str, origin: _Origin | None, start_bytes: int) -> http.client.HTTPResponse:
    """Ask for the rest where there is a beginning; an answer that does not fit to it becomes the whole file."""
    # Not torch.hub.download_url_to_file: it starts from the beginning and waits without a limit on a silent server.
    try:
        opener = urllib.request.build_opener(TrustedRedirects)
        response: http.client.HTTPResponse = opener.open(_request(url, origin, start_bytes), timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code != _RANGE_NOT_SATISFIABLE or origin is None:
            raise
        return _ask(url, None, 0)
    if response.status == _PARTIAL_CONTENT and not _is_the_rest(response, origin, start_bytes):
        response.close()
        return _ask(url, None, 0)
    return response


def _usable_origin(url: str, wanted: Wanted) -> _Origin | None:
    """Return what is known of the part file, or None when it must not be continued from this address."""
    part = part_path(wanted.target)
    try:
        origin = _Origin(**json.loads(_origin_path(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    same_file_is_sure = origin.validator is not None or wanted.has_published_hash
    return origin if origin.url == url and same_file_is_sure and _size(part) else None


def _request(url: str, origin: _Origin | None, start_bytes: int) -> urllib.request.Request:
    # A compressed answer would have another length, and ranges of it mean nothing.
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity", "User-Agent": "music-demixing-kit"})
    if origin:
        request.add_header("Range", f"bytes={start_bytes}-")
        if origin.validator:
            request.add_header("If-Range", origin.validator)
    return request


def _is_the_rest(response: http.client.HTTPResponse, origin: _Origin | None, start_bytes: int) -> bool:
    """Tell whether a partial answer goes on where the part file ends, in a file of the same size."""
    if origin is None:
        raise urllib.error.URLError("the server sent a part of the file to a request for all of it")
    given = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if given is None or int(given[1]) != start_bytes:
        return False
    return origin.total_bytes in (None, _number(given[2]))


def _total_bytes(response: http.client.HTTPResponse) -> int | None:
    given = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return _number(given[2] if given else response.headers.get("Content-Length", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _validator(response: http.client.HTTPResponse) -> str | None:
    etag = response.headers.get("ETag")
    # A weak tag promises equal meaning, not equal bytes.
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")


def _origin_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _write_origin(part: Path, origin: _Origin) -> None:
    write_text_atomically(_origin_path(part), json.dumps(asdict(origin)) + "\n")


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _origin_path(part).unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
