"""Whatever is wrong with a text, reading it as YAML ends with one kind of error."""

import pytest
import yaml

from models.yaml_text import parse_yaml


def test_plain_values_come_back():
    assert parse_yaml("a: [1, 2.5, true, null]\n") == {"a": [1, 2.5, True, None]}


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: 2021-13-45",
        "a: !!int x",
        "a: !!bool x",
        "a: !!timestamp x",
        "[" * 400,
        "? {a: b}\n: c",
        "a: " + "1" * 5000,
    ],
)
def test_a_value_that_cannot_be_read_is_an_error_of_yaml(text):
    with pytest.raises(yaml.YAMLError):
        parse_yaml(text)
