"""What is wrong with a run, in words that say what to do: its songs, its events, what it touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from audio import MIXTURE, STEMS
from doctor.git_program import ask_git, fields_of
from evaluator.logged_troubles import logged_troubles
from evaluator.network_guard import SOCKETS_ALONE
from evaluator.results import Results
from rehearsal.report import Remark
from rehearsal.stage import Contents

TIGHT_SHARE = 0.8
"""Of a limit: above it, a slower hour of the grader's machine fails the song."""
HINTS = (
    (
        r"Read-only file system|PermissionError.*/data/",
        "The songs are read-only at grading: write to the folder of the results, or to a temporary one.",
    ),
    (
        r"The network is cut|Temporary failure in name resolution|Network is unreachable|Could not resolve host",
        "There is no network at grading: commit what is downloaded, weights into models/weights/.",
    ),
    (
        r"[Nn]o (?:CUDA|NVIDIA)|CUDA (?:error|driver)|is_available\(\) is False|not compiled with CUDA",
        'There is no GPU at grading, unless SDX23\'s aicrowd.json says `"gpu": true`: choose the device at run time.',
    ),
    (
        r"No module named|cannot import name|ModuleNotFoundError",
        "The environment lacks a module: add its package to the files that the grader installs from (`make lock`), "
        "or commit the module.",
    ),
    (
        r"git-lfs|Git LFS pointer",
        "A pointer of git-lfs stands where a file should: run `git lfs pull`, or commit the file again.",
    ),
    (
        r"exit code 137|SIGKILL|MemoryError|out of memory|Over the memory limit",
        "It needs too much memory: smaller segments, batches or blends take less, and half precision does.",
    ),
    (
        r"Over the time limit|Prediction timed out",
        "It needs too much time: `mdx cost my_submission/plan.yaml` says what the plan takes, `mdx tune` finds a "
        "quicker one. A predictor of your own must hand in what it has before the limit.",
    ),
    (
        r"The set-up took longer|The process did nothing",
        "Something waits: for a lock, an answer, a download, a prompt. `--keep` leaves the log and the clone.",
    ),
)
_OF_SONGS = frozenset(f"{name}.wav" for name in (MIXTURE, *STEMS))
_MOST_NAMED = 5
_NOT_ASKED_FOR = re.compile(r"(?:^|/)(?:\.venv|\.uv|__pycache__|\.[a-z]+_cache|node_modules)(?:/|$)")


def judge_songs(results: Results) -> list[Remark]:
    """Say which songs fail, and which came close to their limit."""
    remarks = []
    for song in results.songs:
        errors = [finding.message for finding in song.audit if finding.level == "error"]
        if not song.ok:
            remarks.append(Remark("error", song.name, song.failure or "; ".join(dict.fromkeys(errors))))
        elif song.seconds is not None and song.seconds > TIGHT_SHARE * song.limit_seconds:
            share = song.seconds / song.limit_seconds
            message = f"It took {share:.0%} of its limit; the grader's machine may be slower. Lower the plan's cost."
            remarks.append(Remark("warning", song.name, message))
    return remarks


def judge_fallbacks(logs: Path, songs: Iterable[str]) -> list[Remark]:
    """Say which songs are valid and not as planned; where nothing of one comes from a model, that is an error.

    Args:
        logs: The folder with the output of the run.
        songs: Their names.
    """
    return [
        Remark("error" if trouble.is_all else "warning", song, f"{trouble.text()}. Its line there says why.")
        for song in songs
        for trouble in logged_troubles(logs, song)
    ]


def judge_network(held_by: str) -> list[Remark]:
    """Say where other programs than Python could reach the network unnoticed.

    Args:
        held_by: What cut it, as `evaluator.network_guard` names it.
    """
    if held_by != SOCKETS_ALONE:
        return []
    message = (
        "This system lets nobody cut the network for other programs than Python: what the submission starts could "
        "reach it unnoticed. A machine that allows network namespaces shows more, and so does --docker."
    )
    return [Remark("warning", "network", message)]


def judge_songs_folder(before: Contents, after: Contents) -> list[Remark]:
    """Say what the run changed in the folder of songs, as `stage.contents` lists it."""
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not changed:
        return []
    message = f"The submission wrote to the folder of songs, which is read-only at grading: {', '.join(changed)}."
    return [Remark("error", "songs", message)]


def hints(texts: Iterable[str], uncommitted: Sequence[str]) -> list[Remark]:
    """Explain failures by what is known to go wrong.

    Args:
        texts: What the run said of its failure: messages, tracebacks, the end of its log.
        uncommitted: Files of the working tree that the clone lacks.
    """
    said = "\n".join(texts)
    found = [Remark("warning", "hint", hint) for pattern, hint in HINTS if re.search(pattern, said)]
    missing = [name for name in uncommitted if _is_named(name, said)]
    if missing:
        message = (
            f"The run names what is in the working tree and not in the commit: {', '.join(missing[:_MOST_NAMED])}. "
            "Run `git add --force` on it and commit (weights of more than 5 MB with git-lfs)."
        )
        found.insert(0, Remark("error", "git", message))
    return found


def judge_left_out(texts: Iterable[str], left_out: Mapping[str, str]) -> list[Remark]:
    """Say which committed files a failed run names that the image does not hold.

    Args:
        texts: What the run said of its failure.
        left_out: Path -> why, as `image_context.leave_out_of_image` gives them.
    """
    said = "\n".join(texts)
    named = [name for name in left_out if _is_named(name, said)]
    return [
        Remark(
            "error",
            "image",
            f"The run names '{name}', which is committed, but {left_out[name]}: the image does not hold it. Add "
            f"`!{name}` at the end of .dockerignore, or a COPY to the Dockerfile.",
        )
        for name in named[:_MOST_NAMED]
    ]


def uncommitted_files(repository: Path) -> list[str]:
    """List the files of the working tree that the clone lacks, ignored ones too.

    Environments and caches are left out, and what is called like a committed file, or like those of songs: a message
    that holds such a name speaks of the other one.
    """
    committed = {Path(name).name for name in fields_of(ask_git(repository, "ls-files", "-z"))} | _OF_SONGS
    others = fields_of(ask_git(repository, "ls-files", "--others", "-z"))
    return [name for name in others if not _NOT_ASKED_FOR.search(name) and Path(name).name not in committed]


def _is_named(name: str, text: str) -> bool:
    """Tell whether a text speaks of a file: by its name, or as the module that it is."""
    file = Path(name)
    if file.suffix == ".py":
        # Tracebacks name many a file of a library that is called the same.
        return f"No module named '{'.'.join(file.with_suffix('').parts)}'" in text
    return bool(file.suffix and re.search(rf"(?<![\w.-]){re.escape(file.name)}(?![\w-]|\.\w)", text))
