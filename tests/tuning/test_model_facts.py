"""Which models can take part, and what they are told to be left out."""

import logging

import pytest

from tests.tuning.tuning_stand_ins import NETWORK, QUICK
from tuning.errors import TuningError
from tuning.model_facts import facts_of, usable_models


def test_models_without_weights_here_are_left_out_with_one_line_that_says_how_to_get_them(bare_machine, caplog):
    caplog.set_level(logging.WARNING)
    assert usable_models(["classical", "umxhq", "default"]) == ("classical",)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "umxhq (downloads 142 MB), dual_path_unet (downloads" in line
    assert line.endswith("`mdx models fetch umxhq dual_path_unet` gets weights.")


def test_random_weights_let_them_take_part(bare_machine):
    assert usable_models(["umxhq", "default"], random_weights=True) == ("umxhq", "dual_path_unet")


def test_all_that_are_ready_are_the_default_without_the_floor(bare_machine):
    assert usable_models([]) == ("classical",)


def test_where_none_can_run_the_error_says_what_to_fetch(bare_machine):
    with pytest.raises(TuningError, match="must have its weights here. Got none of umxhq. Run `mdx models fetch`"):
        usable_models(["umxhq"])


def test_facts_are_read_off_the_networks():
    assert facts_of("umxhq", random_weights=True) == NETWORK
    assert facts_of("classical") == QUICK
    htdemucs = facts_of("htdemucs", random_weights=True)
    assert htdemucs.longest_seconds == pytest.approx(7.8)
    assert htdemucs.wiener_iterations is None
