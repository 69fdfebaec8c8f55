"""Errors from reading JSON are told in one line."""

import json

import pytest
from pydantic import TypeAdapter

from evaluator.faults import fault


def fault_of(text, read):
    with pytest.raises((ValueError, KeyError, OSError)) as caught:
        read(text)
    return fault(caught.value)


def test_each_kind_of_error_is_one_line_that_says_what_is_wrong(tmp_path):
    numbers = TypeAdapter(list[int])
    assert fault_of('["a", "b"]', numbers.validate_json).startswith("0: Input should be a valid integer")
    assert fault_of("{", json.loads) == "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    assert fault_of("schema", lambda key: {}[key]) == "it lacks 'schema'"
    assert fault_of(tmp_path / "none", lambda path: path.read_text()) == "No such file or directory"
