"""Content comes back from its description exactly as it was."""

from __future__ import annotations

import json
from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch.torch_version import TorchVersion

from models.files.plain_content import put_together, take_apart


class _Named:
    pass


def _there_and_back(content, classes=None):
    structure, tensors = take_apart(content, classes)
    return put_together(json.loads(json.dumps(structure)), tensors, classes)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -7, 2**70, 1.5, 0.1, float("inf"), "", "_tensor", "öß"),
        *([], (), {}, [1, (2, [3.0, None])], {"a": {"b": (True,)}}, {1: "one", None: 2, 2.5: 3, False: 4}),
        *({"_tensor": "name"}, {"_list": [1], "other": 2}, {"a/b": 1, "a": {"b": 2}}),
    ],
    ids=repr,
)
def test_plain_values_come_back_with_their_types(value):
    # repr tells True from 1, and a list from a tuple, at any depth.
    assert repr(_there_and_back(value)) == repr(value)
    assert repr(_there_and_back([value])) == repr([value])


@pytest.mark.parametrize("kind", [np.bool_, np.int64, np.uint8, np.float16, np.float32, np.float64])
def test_numpys_numbers_come_back_as_such(kind):
    back = _there_and_back({"value": kind(1)})["value"]
    assert (type(back), back) == (kind, kind(1))


def test_dictionaries_and_text_of_special_kinds_come_back_as_plain_ones():
    back = _there_and_back({"state": OrderedDict(b=1, a=2), "version": TorchVersion("2.1.0"), "shape": torch.Size([2])})
    assert back == {"state": {"b": 1, "a": 2}, "version": "2.1.0", "shape": (2,)}
    assert list(back["state"]) == ["b", "a"]
    assert type(back["version"]) is str


def test_tensors_keep_their_place_and_are_named_by_the_keys_that_lead_there():
    content = {"state": {"weight": torch.ones(2)}, "levels": [None, (torch.zeros(1), 3)], "lr": 0.1}
    structure, tensors = take_apart(content)
    assert list(tensors) == ["state/weight", "levels/1/0"]
    back = put_together(structure, tensors)
    assert back["state"]["weight"] is content["state"]["weight"]
    assert back["levels"][1][0] is content["levels"][1][0]
    assert take_apart(torch.ones(1))[0] == {"_tensor": ""}


def test_tensors_of_equal_names_are_told_apart():
    content = {
        "a/b": torch.zeros(1),
        "a": {"b": torch.ones(1)},
        "__metadata__": torch.full((1,), 2.0),
        1: torch.full((1,), 3.0),
        "1": torch.full((1,), 4.0),
    }
    structure, tensors = take_apart(content)
    assert len(tensors) == 5
    assert "__metadata__" not in tensors
    back = put_together(structure, tensors)
    assert [back["a/b"], back["a"]["b"], back["__metadata__"], back[1], back["1"]] == [0, 1, 2, 3, 4]


def test_a_class_comes_back_only_when_it_is_expected():
    structure, tensors = take_apart({"klass": _Named}, {"package.Named": _Named})
    assert put_together(structure, tensors, {"package.Named": _Named}) == {"klass": _Named}
    with pytest.raises(ValueError, match=r"a structure with the node \{'_class': 'package.Named'\}"):
        put_together(structure, tensors)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"a": [{1, 2}]}, "'a/0' is of the type set"),
        ({"a": b"bytes"}, "'a' is of the type bytes"),
        ({"a": _Named}, "'a' is of the type type"),
        ({"a": {(1, 2): 3}}, "'a' has a key of the type tuple"),
        (np.ones(2), "'' is of the type ndarray"),
    ],
)
def test_anything_else_is_refused_with_its_place(content, message):
    with pytest.raises(TypeError, match=message):
        take_apart(content)


@pytest.mark.parametrize("node", [{}, {"_call": []}, {"_list": [], "_tensor": "0"}, {"_class": "subprocess.Popen"}])
def test_what_is_no_description_is_refused(node):
    with pytest.raises(ValueError, match="a structure with the node"):
        put_together({"_list": [node]}, {})


@pytest.mark.parametrize("node", [{"_tensor": "none"}, {"_numpy": ["object", 1]}])
def test_a_missing_tensor_or_an_unknown_type_of_number_is_refused(node):
    with pytest.raises(KeyError):
        put_together(node, {})
