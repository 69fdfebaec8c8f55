"""Does the code that runs at grading ask for what only this machine has: a network, a GPU, a folder?

The kit's own downloader is left out: it is asked only where a weight file is missing, which is a finding of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doctor.calls import Call, texts_in
from doctor.declaration_file import GPU
from doctor.findings import Challenge, Fault, check, warning
from doctor.repository import Repository
from doctor.source_code import SourceFile

_DOWNLOADER = "models/files/downloads.py"
_NETWORK_CALLS = {
    "torch.hub.load_state_dict_from_url": "torch.load(PATH, weights_only=True)",
    "torch.hub.download_url_to_file": "a file of the repository",
    "torch.utils.model_zoo.load_url": "torch.load(PATH, weights_only=True)",
    "urllib.request.urlopen": "a file of the repository",
    "urllib.request.urlretrieve": "a file of the repository",
    "huggingface_hub.hf_hub_download": "a file of the repository",
    "huggingface_hub.snapshot_download": "a folder of the repository",
    "gdown.download": "a file of the repository",
    "wget.download": "a file of the repository",
}
"""Full name -> what to use in its place."""
_REQUESTS = re.compile(r"^(requests|httpx)\.(get|post|request|stream|head|put)$")
_PRETRAINED = re.compile(r"^openunmix\.(umx|umxhq|umxl|umxse)(_spec)?$")
_PROCESS = re.compile(r"^(subprocess\.\w+|os\.(system|popen|exec\w+|spawn\w+))$")
_FETCHING = re.compile(r"^(wget|curl|gdown)$|\b(wget|curl|gdown)\s|\bpip3? install\b|\bgit (clone|lfs)\b")
_CUDA = re.compile(r"^cuda(:\d+)?$")
_DEVICE_KEYWORDS = ("device", "map_location")
_MACHINE_PATH = re.compile(r"^(/home/(?!aicrowd\b)|/(Users|root|mnt|media|content|scratch|kaggle)/|[A-Za-z]:\\|~/)\S")


@check(
    "network-calls",
    "The submission's code asks for no network",
    why="There is none at grading: the call waits or fails, although it works here. torch.hub.load asks GitHub even "
    "for what it has in its cache.",
)
def network_calls(repository: Repository) -> Iterator[Fault]:
    """Find calls that download."""
    for file, call in _calls(repository):
        instead = _instead_of(call)
        if instead:
            yield Fault(_place(file, call.line), f"It calls {call.name.lstrip('.')}.", f"Use {instead}.")


@check(
    "cuda-calls",
    "The submission's code runs without a GPU",
    why="The first call fails on a grader without one, at the set-up or at the first song.",
)
def cuda_calls(repository: Repository) -> Iterator[Fault]:
    """Find CUDA without a question whether it is there."""
    if repository.challenge is Challenge.SDX23 and repository.declaration.says(GPU):
        return
    for file, call in _calls(repository):
        if not call.is_guarded and _asks_for_cuda(call):
            yield Fault(
                _place(file, call.line),
                f"{call.name.lstrip('.')}(...) wants CUDA whatever machine it is.",
                'Use `device = torch.device("cuda" if torch.cuda.is_available() else "cpu")`.',
            )


@check(
    "machine-paths",
    "The submission's code names no folder of one machine",
    why="The folder is not there at grading; what is read from it is missing.",
)
def machine_paths(repository: Repository) -> Iterator[Fault]:
    """Find absolute paths below somebody's home, or where notebooks and clusters keep data."""
    for file in repository.code.files:
        for text in texts_in(file.tree):
            if isinstance(text.value, str) and _MACHINE_PATH.match(text.value):
                yield warning(
                    _place(file, text.lineno),
                    f"It names '{text.value}'.",
                    "Begin at the file itself: `Path(__file__).parent / ...`.",
                )


@check(
    "alarm-signal",
    "The submission's code sets no alarm signal",
    why="The grader of MDX21 keeps its time limits with the same signal: a second alarm replaces the first.",
)
def alarm(repository: Repository) -> Iterator[Fault]:
    """Find calls that would take the grader's clock away."""
    for file, call in _calls(repository):
        if call.name in ("signal.alarm", "signal.setitimer"):
            yield warning(_place(file, call.line), f"It calls {call.name}.", "Wait in a thread in its place.")


def _calls(repository: Repository) -> Iterator[tuple[SourceFile, Call]]:
    for file in repository.code.files:
        if file.path != _DOWNLOADER:
            for call in file.calls:
                yield file, call


def _instead_of(call: Call) -> str | None:
    """Return what to use in place of a call that needs the network; None for any other call."""
    if call.name in _NETWORK_CALLS:
        return f"{_NETWORK_CALLS[call.name]}, committed with git-lfs"
    if call.name == "torch.hub.load" and call.keyword("source") != "local":
        return '`torch.hub.load(FOLDER, ..., source="local")`, with the folder committed'
    if call.name.endswith(".from_pretrained") and call.keyword("local_files_only") is not True:
        return "a folder of the repository and `local_files_only=True`"
    if _PRETRAINED.match(call.name) and call.keyword("pretrained") is not False:
        return "the model of the same name in plan.yaml, its weights committed"
    if call.name == "demucs.pretrained.get_model" and not {"repo"} & {keyword.arg for keyword in call.node.keywords}:
        return "the model of the same name in plan.yaml, its weights committed"
    if _REQUESTS.match(call.name):
        return "a file of the repository, committed with git-lfs"
    if _PROCESS.match(call.name) and any(_FETCHING.search(text) for text in call.texts()):
        return "a file of the repository, or a package of the image"
    return None


def _asks_for_cuda(call: Call) -> bool:
    if call.name.endswith(".cuda"):
        return True
    devices = [call.keyword(name) for name in _DEVICE_KEYWORDS]
    if call.name == "torch.device" or call.name.endswith(".to"):
        devices += call.constants()
    return any(isinstance(device, str) and _CUDA.match(device) for device in devices)


def _place(file: SourceFile, line: int) -> str:
    return f"{file.path}:{line}"


CHECKS = (network_calls, cuda_calls, machine_paths, alarm)
