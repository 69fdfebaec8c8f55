"""Lower precision only where it was seen to be harmless: a network's error against float32, measured and remembered.

Autocast runs matrix products and convolutions in bfloat16 or float16, which is up to twice as fast on processors and
GPUs made for it. How far the result moves depends on the weights, so each network is run once in both ways on a made-up
song before the lower precision is used. The figure is kept in the user's cache, by the hash of the weights, the
processor and the version of torch.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor

from audio.made_up_songs import MadeUpSong, make_song
from audio.sources import TensorSource
from models.network import Member
from separation.kept_facts import keep_fact, read_facts
from separation.levels import level_for
from separation.processor import processor_name

Precision = Literal["float32", "bfloat16", "float16"]

LEAST_AGREEMENT_DB = 40.0
"""Error below which a lower precision is used: at 40 dB a stem that is right to 10 dB loses 0.004 dB."""
CHECK_SECONDS = 10.0
_KIND = "precision"
_QUIET = 1e-6
_TINY = 1e-300

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def in_precision(device: torch.device, precision: Precision) -> Iterator[None]:
    """Run networks inside the block without gradients, with their products in a number format."""
    lower = precision != "float32"
    with torch.inference_mode(), torch.autocast(device.type, dtype=getattr(torch, precision), enabled=lower):
        yield


def usable_precision(member: Member, wanted: Precision, device: torch.device) -> Precision:
    """Return the wanted precision where the network agrees with itself in float32, else float32 with a warning.

    Args:
        member: The network, on its device, and how it is run.
        wanted: What was asked for.
        device: Where it runs.
    """
    if wanted == "float32":
        return wanted
    key = _key(member, wanted, device)
    measured_db = read_facts(_KIND).get(key)
    if not isinstance(measured_db, (int, float)):
        measured_db = _measure(member, wanted, device)
        # A failure says nothing for the next time: memory may suffice then.
        if math.isfinite(measured_db):
            keep_fact(_KIND, key, measured_db)
    if measured_db >= LEAST_AGREEMENT_DB:
        logger.info("%s agrees with float32 to %.1f dB", wanted, measured_db)
        return wanted
    logger.warning(
        "The precision %s agrees with float32 to %.1f dB only, with this network on this machine; %.0f dB are asked "
        "for, so float32 is used.",
        *(wanted, measured_db, LEAST_AGREEMENT_DB),
    )
    return "float32"


def agreement_db(exact: Tensor, rough: Tensor) -> float:
    """Return by how much the worst stem is louder than its error.

    Args:
        exact: Shape (stems, channels, samples).
        rough: The same, with an error.

    Returns:
        Decibels; a stem that is 60 dB below the loudest one counts as that loud.
    """
    energies = exact.double().square().sum(dim=(-1, -2))
    errors = (exact.double() - rough.double()).square().sum(dim=(-1, -2))
    heard = energies.clamp(min=_QUIET * float(energies.max()))
    # NaN, which is no number of decibels, must not pass for agreement.
    worst = float(((heard + _TINY) / (errors + _TINY)).nan_to_num(nan=0.0).min())
    return 10 * math.log10(worst) if worst > 0 else -math.inf


def _measure(member: Member, precision: Precision, device: torch.device) -> float:
    """Run a network in float32 and in a lower precision; one that cannot run so agrees not at all."""
    sound = _reference_sound(member).to(device)
    with in_precision(device, "float32"):
        exact = member.network(sound)[0].float().cpu()
    try:
        with in_precision(device, precision):
            rough = member.network(sound)[0].float().cpu()
    except RuntimeError as error:
        logger.warning("The network does not run in %s: %s", precision, error)
        return -math.inf
    return agreement_db(exact, rough)


def _reference_sound(member: Member) -> Tensor:
    """Return a chunk of a made-up song as the network is given it, shape (1, channels, samples)."""
    most = round(CHECK_SECONDS * member.network.sample_rate)
    samples = member.network.input_samples(min(most, member.segment_samples or most))
    song = torch.stack(list(make_song(MadeUpSong(duration_seconds=CHECK_SECONDS)).values())).sum(dim=0)
    level = level_for(member.normalisation, TensorSource(song, member.network.sample_rate))
    tiled = song.repeat(1, -(-samples // song.shape[-1]))[:, :samples]
    return ((tiled - level.mean) / level.deviation)[None]


def _key(member: Member, precision: Precision, device: torch.device) -> str:
    """Name a network by its weights and its config, how it is run, and on what."""
    network = member.network
    digest = hashlib.sha256(repr((member.segment_samples, getattr(network, "config", None))).encode())
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode())
        if isinstance(value, Tensor):
            digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
        else:
            digest.update(repr(value).encode())
    machine = processor_name(device)
    return f"{digest.hexdigest()} {type(network).__name__} {precision} {machine} torch {torch.__version__}"
