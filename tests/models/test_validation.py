from __future__ import annotations

import pytest
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from models.errors import SettingsError
from models.validation import did_you_mean, read_settings


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Sieve:
    holes: int = Field(default=3, ge=1)
    fine: bool = False


def test_settings_take_their_defaults():
    assert read_settings(Sieve, {}, "sieve") == Sieve(holes=3, fine=False)


def test_an_unknown_setting_gets_a_suggestion_and_the_known_ones():
    with pytest.raises(
        SettingsError, match=r"'sieve'.*'hole' is unknown. Did you mean 'holes'\? Known keys: holes, fine"
    ):
        read_settings(Sieve, {"hole": 4}, "sieve")


def test_a_wrong_value_is_shown_with_its_constraint():
    with pytest.raises(SettingsError, match=r"The key 'holes' must be greater than or equal to 1\. Got 0\."):
        read_settings(Sieve, {"holes": 0}, "sieve")


def test_every_fault_is_named():
    with pytest.raises(SettingsError, match=r"'holes'.*'fine'"):
        read_settings(Sieve, {"holes": "many", "fine": "perhaps"}, "sieve")


def test_nothing_is_suggested_for_a_word_like_no_other():
    assert did_you_mean("zebra", ["holes", "fine"]) == ""
