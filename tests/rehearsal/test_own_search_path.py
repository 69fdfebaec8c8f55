"""A submission may set PYTHONPATH, or have Python ignore it: the rehearsal follows its phases all the same."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from rehearsal.stage import GRADER_FILES
from tests.rehearsal.conftest import submission

NETWORK = """
import socket
try:
    socket.create_connection(('example.org', 80))
except OSError as error:
    assert "(prediction) asked for 'example.org'" in str(error), error
import helper
write(helper.quarter(mixture))
"""


@pytest.mark.parametrize(
    "command",
    [
        "PYTHONPATH=. python predict.py",
        "python -E predict.py",
        'export PYTHONPATH="$PWD:$PYTHONPATH"; cp predict.py tools/ && python tools/predict.py',
    ],
    ids=["its own", "none", "one more"],
)
def test_a_run_with_another_search_path_passes_and_its_network_is_cut(repository, perform, errors, command):
    repository.write("run.sh", f"{command}\n")
    repository.write("predict.py", submission(NETWORK))
    repository.write("tools/README.md", "tools")
    repository.write("helper.py", "def quarter(mixture):\n    return mixture / 4\n")
    repository.commit()
    report = perform()
    assert report.ok, (errors(report), report.log_tail)
    assert report.results.songs[0].seconds > 0


@pytest.fixture
def forget_working_trees():
    """The function of the channel, which is a file and no module of ours."""
    spec = importlib.util.spec_from_file_location("trees", GRADER_FILES / "rehearsal_channel" / "working_trees.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.forget_working_trees


def test_working_trees_of_others_are_forgotten_and_the_clone_is_not(forget_working_trees, tmp_path, monkeypatch):
    for name in ("clone", "working_tree", "library"):
        (tmp_path / name).mkdir()
        if name != "library":
            (tmp_path / name / "run.sh").touch()
    clone, working_tree, library = (str(tmp_path / name) for name in ("clone", "working_tree", "library"))

    def finder_of(folder):
        name = f"__editable___{folder.rpartition('/')[2]}_finder"
        module = ModuleType(name)
        module.MAPPING = {"kit": f"{folder}/kit"}
        monkeypatch.setitem(sys.modules, name, module)
        return type("Finder", (), {"__module__": name})

    own, others = finder_of(clone), finder_of(working_tree)
    folders, finders = [clone, working_tree, library], [object(), own, others]
    forget_working_trees([clone], folders, finders)
    assert folders == [clone, library]
    assert finders[1:] == [own]
