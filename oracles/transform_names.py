"""Transforms by name, as `mdx oracle --transforms` takes them: `stft-4096`, `slicq-bark-262-32.9`, `nsgt-mel-200-20`.

A name is what tables show, in small letters with hyphens for spaces. For sliCQ and NSGT it has the scale, the number of
bands and the lowest centre in Hz; `gamma-15` is the offset in Hz of a variable-Q scale, `slice-20000` the length in
samples of slices where it is not the one that the scale suggests.
"""

from __future__ import annotations

import re

from models.validation import did_you_mean
from oracles.band_layouts import SCALES, VARIABLE_Q, BandLayout, slicq_transform
from oracles.definitions import Definitions
from oracles.errors import OracleError
from oracles.gabor_transforms import NSGTTransform
from oracles.transform import InvertibleTransform
from transforms import NSGTConfig

_EXAMPLES = "stft-4096, slicq-bark-262-32.9, slicq-variable-q-96-20-gamma-15 or nsgt-mel-200-20"
_NUMBER = r"\d+(?:\.\d+)?"
_STFT = re.compile(r"stft-(?P<window>\d+)")
_BANDED = re.compile(
    rf"(?P<kind>slicq|nsgt)-(?P<scale>[a-z-]+)-(?P<bands>\d+)-(?P<min_hz>{_NUMBER})"
    rf"(?:-gamma-(?P<gamma>{_NUMBER}))?(?:-slice-(?P<slice>\d+))?"
)


def transform_option(name: str) -> str:
    """Return a transform's name as `read_transform` takes it."""
    return name.lower().replace(" ", "-")


def read_transform(text: str, definitions: Definitions) -> InvertibleTransform:
    """Return the transform of a name.

    Args:
        text: As in the examples above; capitals count as small letters.
        definitions: Their STFT is meant by `stft`.

    Raises:
        OracleError: The name or a number in it is not understood, or the transform cannot be built.
    """
    if stft := _STFT.fullmatch(text.lower()):
        return definitions.stft(int(stft["window"]))
    found = _BANDED.fullmatch(text.lower())
    if found is None:
        kinds = ("stft", "slicq", "nsgt")
        kind = text.split("-")[0]
        hint = "" if kind in kinds else did_you_mean(kind, kinds)
        raise OracleError(f"A transform must look like {_EXAMPLES}. Got '{text}'.{hint} Separate several by commas.")
    _check_parts(text, found)
    try:
        return _banded(found)
    except OracleError:
        raise
    except ValueError as error:
        raise OracleError(f"The numbers of a transform must suit it. Got '{text}'. {error}") from error


def _check_parts(text: str, found: re.Match[str]) -> None:
    """Refuse a scale that does not exist, and parts that belong to another one."""
    scale = found["scale"]
    if scale not in SCALES:
        raise OracleError(
            f"The scale of a transform must be one of {', '.join(SCALES)}. Got '{scale}' in '{text}'."
            f"{did_you_mean(scale, SCALES)}"
        )
    if (found["gamma"] is None) == (scale == VARIABLE_Q):
        raise OracleError(
            f"A scale must have a gamma if it is {VARIABLE_Q}, and none otherwise. Got '{text}'. "
            f"Write {VARIABLE_Q}-96-20-gamma-15, or leave it out."
        )
    if found["slice"] is not None and found["kind"] == "nsgt":
        raise OracleError(f"An nsgt must have no slices. Got '{text}'. Leave -slice out, or write slicq.")


def _banded(found: re.Match[str]) -> InvertibleTransform:
    gamma = None if found["gamma"] is None else float(found["gamma"])
    layout = BandLayout(found["scale"], int(found["bands"]), float(found["min_hz"]), gamma)
    if found["kind"] == "nsgt":
        return NSGTTransform(f"NSGT {layout}", NSGTConfig(layout.frequency_scale()))
    return slicq_transform(layout, None if found["slice"] is None else int(found["slice"]))
