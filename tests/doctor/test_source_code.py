"""Code is followed from the entry through imports of the repository, and its calls have their full names."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pytest

from doctor.calls import calls_in
from doctor.checks.running_code import cuda_calls, network_calls
from doctor.findings import Challenge
from doctor.source_code import GradedCode, SourceFile, local_files, walk_imports


def code_of(text):
    file = SourceFile("predict.py", ast.parse(text), ())
    return SimpleNamespace(code=GradedCode((file,), {}), challenge=Challenge.MDX21)


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.hub.load('a/b', 'c')",
        "from torch import hub\nhub.load('a/b', 'c')",
        "from torch.hub import load_state_dict_from_url as get\nget('https://x')",
        "import urllib.request as r\nr.urlopen('https://x')",
        "import requests\nrequests.get('https://x')",
        "import openunmix\nopenunmix.umxl()",
        "from demucs.pretrained import get_model\nget_model('htdemucs')",
        "import subprocess\nsubprocess.run(['wget', 'https://x'])",
        "Model.from_pretrained('a/b')",
    ],
)
def test_calls_that_need_a_network_are_found_whatever_they_were_imported_as(text):
    (fault,) = network_calls.look(code_of(text))
    assert fault.subject == f"predict.py:{text.count(chr(10)) + 1}"


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.hub.load('folder', 'c', source='local')",
        "Model.from_pretrained('folder', local_files_only=True)",
        "import openunmix\nopenunmix.umxl(pretrained=False)",
        "from demucs.pretrained import get_model\nget_model('htdemucs', repo=folder)",
        "import subprocess\nsubprocess.run(['nproc'])",
        "cache.get('https://x')",
    ],
)
def test_calls_that_find_all_on_the_disk_are_no_fault(text):
    assert list(network_calls.look(code_of(text))) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("model.cuda()", 1),
        ("make().to('cuda:1')", 1),
        ("x.to(device='cuda')", 1),
        ("torch.load('x', map_location='cuda')", 1),
        ("torch.device('cuda' if torch.cuda.is_available() else 'cpu')", 0),
        ("if torch.cuda.is_available():\n    model.cuda()", 0),
        ("use_cuda = torch.cuda.is_available()\nif use_cuda:\n    model.cuda()", 0),
        ("self.on_gpu: bool = torch.cuda.is_available()\nx = y.cuda() if self.on_gpu else y", 0),
        ("use_cuda = True\nif use_cuda:\n    model.cuda()", 1),
        ("torch.cuda.is_available()", 0),
        ("torch.device('cpu')", 0),
        ("print('cuda')", 0),
    ],
)
def test_cuda_is_a_fault_where_nobody_asked_whether_it_is_there(text, faults):
    assert len(list(cuda_calls.look(code_of(text)))) == faults


def test_imports_are_followed_through_packages_but_not_into_the_graders_folder(tmp_path):
    texts = {
        "predict.py": "from a.b import c\nimport evaluator.music_demixing\nimport numpy",
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/c.py": "def f():\n    from ..d import e\n",
        "a/d.py": "import broken",
        "broken.py": "def",
        "evaluator/__init__.py": "import never",
        "never.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    code = walk_imports(tmp_path, ["predict.py", "absent.py"])
    assert [file.path for file in code.files] == [
        "a/__init__.py",
        "a/b/__init__.py",
        "a/b/c.py",
        "a/d.py",
        "predict.py",
    ]
    assert list(code.problems) == ["broken.py"]
    assert local_files(tmp_path, "a.b.c.f") == ["a/__init__.py", "a/b/__init__.py", "a/b/c.py"]
    certain = {one.module for one in code.file("predict.py").imports if one.is_certain}
    assert {"a.b", "a.b.c", "numpy"} <= certain
    assert not any(one.is_certain for one in code.file("a/b/c.py").imports)


def test_a_call_of_what_has_no_name_has_the_name_of_its_method():
    names = [call.name for call in calls_in(ast.parse("f().cuda()\nx[0].to('cpu')\n(lambda: 1)()"))]
    assert names == [".cuda", "f", ".to", ""]


def test_a_file_that_python_cannot_decode_is_a_problem_although_only_a_comment_is_wrong(tmp_path):
    (tmp_path / "predict.py").write_bytes(b"# \xfc\nx = 1\n")
    assert "predict.py" in walk_imports(tmp_path, ["predict.py"]).problems
