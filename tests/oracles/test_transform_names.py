"""The names of transforms are read as tables write them, and refused with what is wrong about them."""

import pytest

from oracles.definitions import KIT, MSS_ORACLE
from oracles.errors import OracleError
from oracles.transform_names import read_transform, transform_option
from transforms import NSGTConfig, SliCQConfig
from transforms.frequency_scales import XUMX_SLICQ_SCALE, ConstantQScale, VariableQScale


@pytest.mark.parametrize(
    "name",
    [
        *("STFT 512", "sliCQ bark 40 32.9", "sliCQ constant-q 40 20 slice 4096", "sliCQ variable-q 40 20 gamma 7.5"),
        *("NSGT linear 30 60", "NSGT variable-q 40 20 gamma 0"),
    ],
)
def test_what_a_table_shows_can_be_typed(name):
    option = transform_option(name)
    assert option == name.lower().replace(" ", "-")
    assert read_transform(option, KIT).name == read_transform(option.upper(), KIT).name == name


def test_the_numbers_are_bands_then_hertz_then_the_rest():
    assert read_transform("slicq-bark-262-32.9", KIT).config == SliCQConfig()
    assert read_transform("nsgt-bark-262-32.9", KIT).config == NSGTConfig(XUMX_SLICQ_SCALE)
    config = read_transform("slicq-variable-q-48-25-gamma-15-slice-8200", KIT).config
    assert config == SliCQConfig(VariableQScale(25.0, 22050.0, 48, 15.0), 8200, 2050)
    suggested = SliCQConfig.with_suggested_slices(ConstantQScale(60.0, 22050.0, 20))
    asked = f"slicq-constant-q-20-60-slice-{suggested.slice_samples}"
    assert read_transform(asked, KIT).name == "sliCQ constant-q 20 60"


def test_the_stft_is_that_of_the_definitions():
    assert read_transform("stft-512", MSS_ORACLE).name == "STFT 512 hop 384"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (
            "slick-bark-9-9",
            r"must look like stft-4096, slicq-bark-262-32\.9.*Got 'slick-bark-9-9'\. Did you mean 'slicq'",
        ),
        ("slicq-bark-262", r"must look like .*Got 'slicq-bark-262'\. Separate several by commas"),
        ("slicq-barc-9-9", r"one of bark, mel, constant-q, .*Got 'barc' in 'slicq-barc-9-9'\. Did you mean 'bark'"),
        ("slicq-variable-q-9-9", r"must have a gamma if it is variable-q, and none otherwise\. Got 'slicq-var"),
        ("nsgt-bark-9-9-gamma-2", r"must have a gamma if it is variable-q, and none otherwise\. Got 'nsgt-bark"),
        ("nsgt-bark-9-9-slice-2000", r"An nsgt must have no slices\. Got 'nsgt-bark"),
        ("slicq-bark-1-20", r"Got 'slicq-bark-1-20'\. A scale must have at least 2 bands\. Got 1"),
        ("slicq-bark-20-30000", r"above 0 and ascending\. Got 30000\.0 and 22050\.0 Hz"),
        ("slicq-bark-20-20-slice-1001", r"slice_samples must be a multiple of 4 and at least 8\. Got 1001"),
        ("slicq-bark-9000000000-20", r"must have 5000 bands or less\. Got 9000000000"),
        ("slicq-bark-20-20-slice-8000000000", r"must have slices of 4194304 samples or less\. It has 8000000000"),
        ("slicq-constant-q-20-0.000001", r"must have slices of 4194304 samples or less\. It has \d+"),
        ("stft-1001", r"must have a multiple of 4 samples, 4 to 1048576\. Got 1001"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(name, complaint):
    with pytest.raises(OracleError, match=complaint):
        read_transform(name, KIT)
