"""A small submission in which nothing is wrong, as files and commits; tests break copies of it, one thing at a time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import yaml

SMALL, LARGE, DRAFT = b"small" * 100, b"large" * 500, b"draft" * 50
PACKAGES = ("numpy", "soundfile", "cffi", "pycparser")
PINS = [f"{name}=={metadata.version(name)}" for name in PACKAGES] + ["aicrowd-api==0.1.25"]
WEIGHTS = "models/weights"
MDX21 = {
    "challenge_id": "evaluations-api-music-demixing",
    "grader_id": "evaluations-api-music-demixing",
    "authors": ["somebody"],
    "description": "a blend",
    "external_dataset_used": True,
}
SDX23 = {
    "challenge_id": "music-demixing-track-mdx-23",
    "authors": ["somebody"],
    "description": "a blend",
    "labelnoise": False,
    "bleeding": False,
    "external_dataset_used": True,
    "gpu": False,
}
BLEND = """\
blend:
  members:
    - {model: small, weights: 0.5}
    - {model: large, weights: 0.5}
"""
DOCKERFILE = """\
FROM python:3.11-slim
WORKDIR /home/aicrowd
COPY apt.txt requirements-grader.txt ./
RUN apt-get update \\
    && pip install --requirement requirements-grader.txt
COPY --chown=1001 . .
CMD ["bash", "run.sh"]
"""
PREDICTOR = """\
import numpy as np
import soundfile

from evaluator.music_demixing import MusicDemixingPredictor
from separation.plan import load_plan


class Predictor(MusicDemixingPredictor):
    def prediction_setup(self):
        self.plan = load_plan("my_submission/plan.yaml")

    def prediction(
        self, mixture_file_path, bass_file_path, drums_file_path, other_file_path, vocals_file_path
    ):
        mixture, rate = soundfile.read(mixture_file_path)
        for path in (bass_file_path, drums_file_path, other_file_path, vocals_file_path):
            soundfile.write(path, np.asarray(mixture) / 4, rate)
"""
USER_CONFIG = """\
from separation.plan import load_plan


class MySeparationModel:
    def separate_music_file(self, mixed_sound_array, sample_rate):
        return load_plan("my_submission/plan.yaml")
"""
GIT_LFS = """\
#!/bin/sh
# It names files in .gitattributes, and writes down what else it was asked.
case "$1" in
    track)
        for path; do
            case "$path" in
                track | --filename | --) ;;
                *) echo "$path" | sed 's/ /[[:space:]]/g; s/$/ filter=lfs -text/' >> .gitattributes ;;
            esac
        done
        ;;
    version) echo git-lfs/3 ;;
    install) git config filter.lfs.clean git-lfs-clean ;;
    *) echo "$@" >> "$(git rev-parse --git-dir)/lfs-asked" ;;
esac
"""
LFS_CLEAN = """\
#!/bin/sh
# What git-lfs does when a file is added: a pointer goes into git.
content=$(mktemp)
cat > "$content"
if head -c 19 "$content" | grep -q 'version https://git'; then
    cat "$content"
else
    printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' \\
        "$(sha256sum < "$content" | cut -d ' ' -f 1)" "$(wc -c < "$content")"
fi
rm "$content"
"""


def pointer_of(content: bytes, size_bytes: int | None = None) -> str:
    """The text that git-lfs leaves in place of a file."""
    size = len(content) if size_bytes is None else size_bytes
    digest = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"


def manifest() -> str:
    """Models on data of every kind."""
    data = {
        "small": (["A", "B"], "MUSDB18-HQ training songs", SMALL, "safetensors"),
        "large": (["B"], "MUSDB18-HQ training songs and 150 more, private", LARGE, "th"),
        "dual_path_unet_fast": (["B"], "made-up songs", DRAFT, "safetensors"),
        "free": (["A", "B"], "none", None, ""),
        "noisy": (["B"], "SDXDB23_LabelNoise", None, ""),
        "voice": (["B"], "private songs", None, ""),
    }
    rows = []
    for name, (boards, songs, content, ending) in data.items():
        row = {"name": name, "builder": "models.build:build", "summary": "For tests.", "licence": "MIT"}
        row |= {"training_data": songs, "leaderboards": boards}
        if content:
            file = {"role": "all", "name": f"{name}.{ending}", "sha256": hashlib.sha256(content).hexdigest()}
            row["weights"] = [{**file, "urls": [f"https://example.org/{name}"]}]
        rows.append(row)
    rows[-1]["stems"] = ["vocals", "accompaniment"]
    rows[-1]["requires"] = ["h5py"]
    return yaml.safe_dump({"aliases": {"default": "small"}, "models": rows}, sort_keys=False)


def files() -> dict[str, str | bytes]:
    """Everything in the clean repository."""
    pins = "\n".join(PINS) + "\n"
    environment = {"dependencies": ["python=3.11", "pip", {"pip": PINS}]}
    project = 'name = "kit"\nrequires-python = ">=3.10,<3.14"\ndependencies = ["numpy>=1", "soundfile"]\n'
    return {
        "aicrowd.json": json.dumps(MDX21),
        "run.sh": "#!/bin/bash\nset -e\npython predict.py\n",
        "submit.sh": "git push aicrowd HEAD:master\n",
        "predict.py": "from my_submission.predictor import Predictor\n\nPredictor().run()\n",
        "my_submission/__init__.py": "",
        "my_submission/plan.yaml": BLEND,
        "my_submission/predictor.py": PREDICTOR,
        "my_submission/user_config.py": USER_CONFIG,
        "my_submission/aicrowd_wrapper.py": "",
        "separation/__init__.py": "",
        "separation/plan.py": "def load_plan(path):\n    return path\n",
        "evaluator/__init__.py": "",
        "evaluator/music_demixing.py": "class MusicDemixingPredictor:\n    pass\n",
        "models/__init__.py": "",
        "models/build.py": "import numpy\n",
        "models/manifest.yaml": manifest(),
        f"{WEIGHTS}/small.safetensors": SMALL,
        f"{WEIGHTS}/large.th": LARGE,
        f"{WEIGHTS}/dual_path_unet_fast.safetensors": DRAFT,
        "Dockerfile": DOCKERFILE,
        ".dockerignore": ".git\ndata\n**/__pycache__\n",
        "requirements.txt": pins,
        "requirements-grader.txt": pins,
        "environment.yml": yaml.safe_dump(environment),
        "apt.txt": "# none\n",
        "pyproject.toml": f"[project]\n{project}",
        ".gitattributes": "*.th filter=lfs diff=lfs merge=lfs -text\n",
        ".gitignore": "/data/\n",
    }


class Clone:
    """A repository that tests change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str) -> str:
        """Run git here."""
        done = subprocess.run(["git", *arguments], cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, and its folders."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that a file holds."""
        text = (self.path / name).read_text()
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Add lines to a file."""
        self.write(name, (self.path / name).read_text() + text)

    def declare(self, content: dict, **changes: object) -> None:
        """Write aicrowd.json; a key with the value None is left out."""
        whole = {**content, **changes}
        self.write("aicrowd.json", json.dumps({key: value for key, value in whole.items() if value is not None}))

    def remove(self, *names: str) -> None:
        """Remove files or folders."""
        for name in names:
            path = self.path / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def write_sparse(self, name: str, size_bytes: int) -> None:
        """Write a large file that takes no space."""
        with (self.path / name).open("wb") as stream:
            stream.truncate(size_bytes)

    def keep_lfs_object(self, content: bytes, size_bytes: int | None = None) -> None:
        """Put a file where git-lfs keeps what it has fetched; its size may be made up."""
        oid = hashlib.sha256(content).hexdigest()
        name = f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}"
        self.write(name, content)
        if size_bytes is not None:
            self.write_sparse(name, size_bytes)

    def link_elsewhere(self, name: str, content: bytes) -> None:
        """Make a link to a file outside of the repository."""
        target = self.path.parent / "elsewhere"
        target.write_bytes(content)
        (self.path / name).symlink_to(target)

    def make_conflict(self, name: str) -> None:
        """Leave a merge unfinished."""
        branch = self.git("branch", "--show-current").strip()
        for side, text in (("theirs", "one\n"), (branch, "two\n")):
            self.git("checkout", "--quiet", *(["-b"] if side == "theirs" else []), side)
            self.write(name, text)
            self.commit()
        subprocess.run(["git", "merge", "--quiet", "theirs"], cwd=self.path, check=False, capture_output=True)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")


def make_clean_repository(path: Path) -> Clone:
    """Write the clean repository, with a remote."""
    path.mkdir(parents=True)
    clone = Clone(path)
    clone.git("init", "--quiet", "--template=", "--initial-branch=main")
    for name, value in (
        ("user.name", "somebody"),
        ("user.email", "somebody@example.org"),
        ("core.hooksPath", os.devnull),
        ("filter.lfs.clean", "git-lfs-clean"),
        ("filter.lfs.smudge", "cat"),
    ):
        clone.git("config", name, value)
    clone.git("remote", "add", "aicrowd", "git@gitlab.aicrowd.com:somebody/demix.git")
    for name, content in files().items():
        clone.write(name, content)
    (path / "run.sh").chmod(0o755)
    clone.commit()
    return clone


def make_programs(folder: Path) -> Path:
    """Write stand-ins for git-lfs: its commands, and what happens when a file is added."""
    folder.mkdir()
    for name, script in (("git-lfs", GIT_LFS), ("git-lfs-clean", LFS_CLEAN)):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return folder
