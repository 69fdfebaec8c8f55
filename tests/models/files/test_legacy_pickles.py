"""Files of torch before 1.6 come back as they were saved; nothing in them is run."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict

import pytest
import torch
from torch import nn

from models.files import legacy_pickles
from models.files.legacy_pickles import read_legacy_pickle
from tests.models.files.stand_in_classes import importable_class


def _saved(content):
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=False)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_tensors_come_back_with_their_shape_type_and_values(dtype):
    weights = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(1)).to(dtype)
    content = {"weight": weights, "scalar": torch.tensor(2.5, dtype=dtype)}
    loaded = read_legacy_pickle(_saved(content), ())
    assert loaded.keys() == content.keys()
    for name, tensor in content.items():
        assert loaded[name].dtype == dtype
        assert torch.equal(loaded[name], tensor)


def test_views_share_their_storage_as_before():
    whole = torch.arange(12.0)
    loaded = read_legacy_pickle(_saved([whole, whole[3:9].reshape(2, 3).T]), ())
    assert torch.equal(loaded[1], torch.tensor([[3.0, 6.0], [4.0, 7.0], [5.0, 8.0]]))
    loaded[0][3] = -1
    assert loaded[1][0, 0] == -1


def test_plain_values_come_back():
    content = ((), {"channels": 64, "growth": 2.0, "glu": True, "name": "x"}, OrderedDict(a=[1, None]))
    assert read_legacy_pickle(_saved(content), ()) == content


def test_an_expected_class_comes_back_as_its_name():
    # torch stores the source text of a network's class too; this one has none, of which torch warns.
    with importable_class("demucs.model.Demucs", nn.Module) as made, pytest.warns(UserWarning, match="source code"):
        saved = _saved((made, {"channels": 4}))
    assert read_legacy_pickle(saved, {"demucs.model.Demucs"}) == ("demucs.model.Demucs", {"channels": 4})


@pytest.mark.parametrize("names", [(), {"demucs.model.Demucs"}])
def test_a_class_that_is_not_expected_is_refused_by_name(names):
    with pytest.raises(pickle.UnpicklingError, match=r"GLOBAL torch\.nn\.modules\.container\.Sequential"):
        read_legacy_pickle(_saved(nn.Sequential), names)


class _Foreign:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_foreign_function_is_refused_by_name_and_not_run(capsys):
    with pytest.raises(pickle.UnpicklingError, match=r"GLOBAL __builtin__\.print"):
        read_legacy_pickle(_saved({"weight": _Foreign()}), ())
    assert not capsys.readouterr().out


def test_a_name_cannot_be_called():
    class _Called:
        def __reduce__(self):
            return (OrderedDict, ())

    content = pickle.dumps(_Called(), protocol=2)
    assert content.count(b"ccollections\nOrderedDict") == 1
    foreign = content.replace(b"ccollections\nOrderedDict", b"cos\nsystem")
    header = b"".join(pickle.dumps(part, protocol=2) for part in (0x1950A86A20F9469CFC6C, 1001, {}))
    with pytest.raises(TypeError, match="not callable"):
        read_legacy_pickle(io.BytesIO(header + foreign), {"os.system"})


def test_the_newer_format_and_other_files_are_refused():
    newer = io.BytesIO()
    torch.save({"weight": torch.zeros(3)}, newer)
    for content in (newer.getvalue(), pickle.dumps(5), b"no pickle"):
        with pytest.raises(pickle.UnpicklingError):
            read_legacy_pickle(io.BytesIO(content), ())


@pytest.mark.parametrize("missing_bytes", [1, 40, 45])
def test_a_file_that_is_cut_is_refused(missing_bytes):
    content = _saved({"weight": torch.zeros(10)}).getvalue()
    with pytest.raises(EOFError, match="elements instead of 10"):
        read_legacy_pickle(io.BytesIO(content[:-missing_bytes]), ())


@pytest.mark.parametrize("keys", [["a"], ["a", "b", "c"], ["a", "a"], ["a", "c"], {"a": 1, "b": 2}, "ab"], ids=str)
def test_a_list_of_storages_that_is_not_exactly_that_of_the_content_is_refused(keys):
    content = _saved([torch.zeros(2), torch.ones(3)]).getvalue()
    stream = io.BytesIO(content)
    for _ in range(3):
        pickle.load(stream)
    reader = legacy_pickles._Reader(stream)
    reader.load()
    names, end_of_content = list(reader.storages), stream.tell()
    own = pickle.load(stream)
    assert sorted(own) == sorted(names)
    letters = dict(zip("ab", own, strict=True))
    changed = [letters.get(key, key) for key in keys] if isinstance(keys, list) else keys
    forged = content[:end_of_content] + pickle.dumps(changed, protocol=2) + content[stream.tell() :]
    with pytest.raises(pickle.UnpicklingError, match="in place of those of the content"):
        read_legacy_pickle(io.BytesIO(forged), ())
