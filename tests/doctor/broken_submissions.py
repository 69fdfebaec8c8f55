"""Repositories that are broken in one way each: declaration, plan, models; and how a repository is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doctor.findings import Level
from tests.doctor.clean_repository import (
    MDX21,
    SDX23,
    Clone,
)

ERROR, WARNING = Level.ERROR, Level.WARNING
PLAN = "my_submission/plan.yaml"
MANIFEST = "models/manifest.yaml"
SIX_MEGABYTES = 6 * 1024**2


@dataclass(frozen=True)
class Broken:
    """One broken repository and what must be found in it."""

    change: Callable[[Clone], object]
    """What breaks the clean one."""
    check: str
    subject: str
    level: Level = ERROR
    says: str = ""
    """A part of the finding."""
    also: tuple[str, ...] = ()
    """Other checks that find the same fault from their side."""
    is_committed: bool = True
    """Whether the change is committed afterwards."""


def declare(**changes):
    return lambda clone: clone.declare(MDX21, **changes)


def declare_sdx23(**changes):
    return lambda clone: clone.declare(SDX23, **changes)


def write(name, content):
    return lambda clone: clone.write(name, content)


def plan(text):
    return write(PLAN, text)


def append(name, text):
    return lambda clone: clone.append(name, text)


def change(name, old, new):
    return lambda clone: clone.change(name, old, new)


def remove(*names):
    return lambda clone: clone.remove(*names)


def both(*changes):
    """Several changes that are one fault together."""

    def make(clone):
        for one in changes:
            one(clone)

    return make


def git(*arguments):
    return lambda clone: clone.git(*arguments)


def large_file(name):
    return lambda clone: clone.write_sparse(name, SIX_MEGABYTES)


SMALL_PLAN = plan("model: small\n")

DECLARATION = {
    "no aicrowd.json": Broken(remove("aicrowd.json"), "declaration-readable", "aicrowd.json", says="missing"),
    "broken JSON": Broken(write("aicrowd.json", '{"authors": ['), "declaration-readable", "aicrowd.json", says="JSON"),
    "a list as JSON": Broken(write("aicrowd.json", "[]"), "declaration-readable", "aicrowd.json", says="keys"),
    "JSON that is no text": Broken(write("aicrowd.json", b"\xff\xfe{\x00"), "declaration-readable", "aicrowd.json"),
    "no grader_id": Broken(declare(grader_id=None), "declaration-keys", "grader_id", says="missing"),
    "a misspelt flag": Broken(
        declare(external_dataset_use=True), "declaration-keys", "external_dataset_use", WARNING, "external_dataset_used"
    ),
    "a flag in quotation marks": Broken(
        both(declare(external_dataset_used="false"), SMALL_PLAN),
        "declaration-keys",
        "external_dataset_used",
        says="Got 'false'",
    ),
    "a flag given twice": Broken(
        change("aicrowd.json", '"authors"', '"description": "x", "authors"'), "declaration-keys", "description"
    ),
    "no SDX23 flag": Broken(declare_sdx23(bleeding=None), "declaration-keys", "bleeding"),
    "another challenge": Broken(declare(grader_id="music"), "challenge-id", "grader_id", says="Got 'music'"),
    "no authors": Broken(declare(authors=[]), "authors", "authors", says="empty"),
    "the placeholder": Broken(declare(authors=["your-aicrowd-user-name"]), "authors", "authors", WARNING),
    "debug mode": Broken(declare(debug=True), "debug-flag", "debug", WARNING),
    "aicrowd.yaml": Broken(write("aicrowd.yaml", "authors: []\n"), "other-declaration", "aicrowd.yaml", WARNING),
    "private data on board A": Broken(
        declare(external_dataset_used=False), "external-data", "large", says="150 more, private"
    ),
    "board B without need": Broken(SMALL_PLAN, "external-data", "external_dataset_used", WARNING, "leaderboard A"),
    "an external draft on board A": Broken(
        both(declare(external_dataset_used=False), plan("model: small\nguard: {draft: dual_path_unet_fast}\n")),
        "external-data",
        "dual_path_unet_fast",
        says="made-up songs",
    ),
    "SDX23 without external": Broken(
        both(declare_sdx23(external_dataset_used=False), SMALL_PLAN), "sdx23-data", "small", says="MUSDB18-HQ"
    ),
    "SDX23 label noise": Broken(
        both(declare_sdx23(external_dataset_used=False, bleeding=True), plan("model: noisy\nguard: {draft: none}\n")),
        "sdx23-data",
        "noisy",
        says="labelnoise is not true",
    ),
    "SDX23 a draft on other data": Broken(
        both(declare_sdx23(external_dataset_used=False, labelnoise=True), plan("model: noisy\n")),
        "sdx23-data",
        "dual_path_unet_fast",
        says="draft (`guard.draft`) was trained on: made-up songs",
    ),
    "SDX23 external without need": Broken(
        both(declare_sdx23(labelnoise=False), plan("model: free\nguard: {draft: none}\n")),
        "sdx23-data",
        "external_dataset_used",
        WARNING,
    ),
    "SDX23 between boards": Broken(
        declare_sdx23(labelnoise=True), "sdx23-board", "labelnoise and external_dataset_used", WARNING, "C only"
    ),
    "SDX23 an idle GPU": Broken(
        both(declare_sdx23(gpu=True), append(PLAN, "device: cpu\n")), "gpu-flag", "gpu", WARNING
    ),
}

PLANS = {
    "no plan": Broken(remove(PLAN), "plan-readable", PLAN, says="missing"),
    "broken YAML": Broken(plan("model: [\n"), "plan-readable", PLAN, says="valid YAML"),
    "an unknown key": Broken(plan("model: small\nmodle: x\n"), "plan-readable", PLAN, says="Did you mean 'model'?"),
    "no manifest": Broken(remove(MANIFEST), "manifest-readable", MANIFEST),
    "a broken manifest": Broken(append(MANIFEST, "extra: 1\n"), "manifest-readable", MANIFEST, says="'extra'"),
    "a predictor of one's own": Broken(
        change("my_submission/predictor.py", "from separation.plan import load_plan", "load_plan = str"),
        "plan-runs",
        "predict.py",
        WARNING,
    ),
    "an unknown model": Broken(plan("model: smal\n"), "plan-models", "smal", says="Did you mean 'small'?"),
    "missing stems": Broken(
        plan("model: voice\nguard: {draft: none}\n"),
        "plan-stems",
        "voice",
        says="bass, drums, other",
        also=("plan-packages",),
    ),
    "random weights": Broken(append(PLAN, "random_weights: true\n"), "random-weights", "random_weights"),
    "an untrained network": Broken(
        both(
            declare(external_dataset_used=False),
            change(MANIFEST, "- name: free\n", "- name: free\n  runs_in_engine: true\n"),
            plan("model: free\nguard: {draft: none}\n"),
        ),
        "random-weights",
        "free",
        says="names no weight file",
    ),
    "a GPU for MDX21": Broken(append(PLAN, "device: cuda\n"), "plan-device", "device", says="only CPUs"),
    "a GPU that is not asked for": Broken(
        both(declare_sdx23(), append(PLAN, "device: cuda\n")), "plan-device", "device"
    ),
    "weights elsewhere": Broken(
        change(PLAN, "{model: small,", "{model: small, settings: {weights_folder: /data/weights},"),
        "plan-paths",
        "small: weights_folder",
        says="/data/weights",
    ),
    "a package that is no pin": Broken(
        change(PLAN, "model: small", "model: voice"), "plan-packages", "voice", says="h5py"
    ),
    "the limit of the kit": Broken(
        append(PLAN, "guard: {limit: kit}\n"), "plan-limit", "guard.limit", WARNING, "153 s"
    ),
    "no margin": Broken(append(PLAN, "guard: {margin: 0}\n"), "plan-limit", "guard.margin", WARNING),
    "evidence of slowness": Broken(
        append(PLAN, "evidence: {limit: round2, limit_share: 1.2}\n"),
        "tuned-time",
        "evidence.limit_share",
        WARNING,
        "120%",
    ),
    "tuned for another limit": Broken(
        append(PLAN, "evidence: {limit: kit, limit_share: 0.5}\n"), "tuned-time", "evidence.limit", WARNING
    ),
}

SUBMISSIONS = {**DECLARATION, **PLANS}
