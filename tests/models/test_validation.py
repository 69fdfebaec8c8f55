"""Settings from files: what is wrong with them, in one sentence."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from models.errors import SettingsError
from models.validation import did_you_mean, explain_validation_error, read_settings


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


class Sack(BaseModel):
    where: str | tuple[str, ...] = ()
    name: str = Field(default="a", pattern="^[a-z]+$")
    grains: int = 0
    weights: tuple[int, ...] = Field(default=(1,), min_length=1)

    @model_validator(mode="after")
    def _grains_fit(self):
        if self.grains > 9:
            raise ValueError(f"'grains' must be at most 9. Got {self.grains}.")
        return self


def explained(**content):
    with pytest.raises(ValidationError) as raised:
        Sack(**content)
    return explain_validation_error(raised.value, Sack.model_fields)


def test_a_key_of_several_kinds_of_value_is_named_once_with_all_of_them():
    assert explained(where=3) == "The key 'where' must be a valid string or be a valid tuple. Got 3."


def test_texts_and_numbers_have_the_same_grammar():
    assert explained(name="A") == "The key 'name' must match pattern '^[a-z]+$'. Got 'A'."


def test_a_rule_about_several_keys_is_not_followed_by_all_of_them():
    assert explained(grains=10) == "'grains' must be at most 9. Got 10."


def test_a_list_with_a_faulty_item_is_not_called_too_short():
    assert explained(weights=["heavy"]).startswith("The key 'weights.0' must be a valid integer")
    assert "The key 'weights'" not in explained(weights=["heavy"])
    assert explained(weights=[]).startswith("The key 'weights' must have at least 1 item")
