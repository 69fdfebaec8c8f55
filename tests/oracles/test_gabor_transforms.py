"""sliCQ and NSGT as oracles take them: blocks whose bands stand alone, frames in a row, back to the sound."""

import pytest
import torch

from audio import STEMS
from evaluator.metrics import mean_sdr, sdr
from oracles.definitions import KIT
from oracles.errors import OracleError
from oracles.study import separations
from oracles.transform_names import read_transform
from tests.oracles.cases import estimates_of, short_song
from transforms import NSGT, SliCQ, SliCQConfig

OFFICIAL = read_transform("slicq-bark-262-32.9", KIT)
WHOLE = read_transform("nsgt-mel-60-40", KIT)


@pytest.mark.parametrize("samples", [200, 4410, 30_001])
@pytest.mark.parametrize("transform", [OFFICIAL, WHOLE], ids=lambda transform: transform.name)
def test_blocks_become_the_sound_that_they_were(transform, samples):
    sounds = torch.rand(3, 2, samples, generator=torch.Generator().manual_seed(samples)) - 0.5
    blocks = transform.analyse(sounds)
    assert all(block.is_complex() and block.shape[:2] == (3, 2) and block.ndim == 4 for block in blocks)
    torch.testing.assert_close(transform.synthesise(blocks, samples), sounds, rtol=0, atol=2e-6)


def test_slices_stand_in_a_row_and_blocks_are_those_of_the_transform():
    sounds = torch.rand(2, 20_000)
    slicq, nsgt = SliCQ(SliCQConfig())(sounds), NSGT(WHOLE.config)(sounds)
    assert OFFICIAL.config == SliCQConfig()
    for found, expected in zip(OFFICIAL.analyse(sounds), slicq, strict=True):
        assert torch.equal(found, expected.flatten(-2))
    assert all(map(torch.equal, WHOLE.analyse(sounds), nsgt))


def test_oracles_separate_with_them_about_as_well_as_with_the_stft():
    stems, mixture = short_song()
    chosen = KIT.find(["irm1", "mwf", "psm", "crm"])
    for transform in (OFFICIAL, WHOLE):
        found = {name: mean_sdr(sdr(stems, one)) for name, one in separations(chosen, transform, stems, mixture)}
        stft = {name: mean_sdr(sdr(stems, estimates_of(oracle, stems, mixture))) for name, oracle in chosen.items()}
        assert found["crm"] > found["psm"] + 10 > found["irm1"] + 10
        assert all(abs(found[name] - stft[name]) < 5 for name in ("irm1", "mwf", "psm"))


def test_masks_of_one_stem_alone_return_the_mixture():
    stems, _ = short_song()
    alone = {stem: stems[stem] if stem == "vocals" else torch.zeros_like(stems[stem]) for stem in STEMS}
    ((_, estimates),) = separations(KIT.find(["irm2"]), OFFICIAL, alone, stems["vocals"])
    torch.testing.assert_close(estimates["vocals"], stems["vocals"], rtol=0, atol=2e-6)


def test_bands_that_leave_a_gap_or_do_not_fit_the_slices_are_refused_by_name():
    with pytest.raises(OracleError, match="^The transform 'NSGT constant-q 2 1' must have bands that fit. .*a gap"):
        read_transform("nsgt-constant-q-2-1", KIT).analyse(torch.rand(2, 9000))
    with pytest.raises(OracleError, match="^The transform 'sliCQ bark 20 20 slice 8' must have bands that fit. A spec"):
        read_transform("slicq-bark-20-20-slice-8", KIT)
