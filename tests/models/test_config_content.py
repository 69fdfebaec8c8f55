"""Configs from what YAML and JSON hold."""

import dataclasses
import json
import re

import pytest

from models.config_content import with_content
from models.errors import SettingsError
from models.mu_law_wavenet import REGRESSION, MuLawConfig, RegressionConfig
from models.umx_config import UmxConfig


def test_lists_become_tuples_and_mappings_change_configs_inside():
    config = with_content(MuLawConfig(), {"stems": ["vocals", "bass"], "scale": {"levels": 64}})
    assert config.stems == ("vocals", "bass")
    assert (config.scale.levels, config.scale.deviation) == (64, MuLawConfig().scale.deviation)


def test_a_config_written_as_json_is_read_as_it_was():
    text = json.dumps(dataclasses.asdict(REGRESSION))
    assert with_content(RegressionConfig(), json.loads(text)) == REGRESSION
    assert with_content(UmxConfig(), json.loads(json.dumps(dataclasses.asdict(UmxConfig())))) == UmxConfig()


@pytest.mark.parametrize(("content", "message"), [({"widht": 1}, "'width'"), ({"scale": {"level": 1}}, "'levels'")])
def test_a_field_that_is_not_there_is_named(content, message):
    with pytest.raises(SettingsError, match=f"Did you mean {message}"):
        with_content(MuLawConfig(), content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"hidden_size": "many"}, "UmxConfig's 'hidden_size' must be a valid integer. Got 'many'."),
        ({"bidirectional": "maybe"}, "UmxConfig's 'bidirectional' must be a valid boolean. Got 'maybe'."),
        ({"stems": "vocals"}, "UmxConfig's 'stems' must be a valid tuple. Got 'vocals'."),
    ],
)
def test_a_value_of_another_kind_is_an_error_that_names_its_field(content, message):
    with pytest.raises(SettingsError, match=re.escape(message)):
        with_content(UmxConfig(), content)
