"""Installers and downloads are found in scripts as people write them."""

from __future__ import annotations

import pytest

from doctor.shell import Installation, commands_in, fetches_in, installations_in, steps_in


@pytest.mark.parametrize(
    ("script", "installation"),
    [
        ("pip install numpy==1.2 'scipy<2'", Installation(("numpy==1.2", "scipy<2"))),
        ("python3 -m pip install --no-cache-dir -r req.txt", Installation(files=("req.txt",))),
        ("pip3 install -rreq.txt --constraint=pins.txt", Installation(files=("req.txt",), constraints=("pins.txt",))),
        ("sudo /opt/bin/pip install -U torch", Installation(("torch",), upgrades=True)),
        ("pip install torch -f https://x.example", Installation(("torch",), other_index=True)),
        ("pip install \"a; python_version < '3.9'\"", Installation(("a; python_version < '3.9'",))),
        ("uv pip install --system -r req.txt", Installation(files=("req.txt",))),
        ("uv pip sync req.txt", Installation(files=("req.txt",))),
        ("--mount=type=cache,target=/c pip install a", Installation(("a",))),
        ("conda install -y -c conda-forge numpy=1.26", Installation(("numpy==1.26",))),
        ("conda env update -n base -f environment.yml", Installation(files=("environment.yml",))),
        ("conda env create", Installation(files=("environment.yml",))),
        ("conda run -n x pip install a", Installation(("a",))),
        ("uv sync --frozen", Installation(is_opaque=True)),
        ("pip install numpy>=2 >log 2>&1", Installation(("numpy>=2",))),
        ("bash -c 'cd /a && pip install a'", Installation(("a",))),
        ("sudo su user -c 'pip install a'", Installation(("a",))),
        ("pip uninstall -y numpy", Installation(is_opaque=True)),
        ("python3 setup.py install", Installation(is_opaque=True)),
        ("./install", Installation(is_opaque=True)),
        ("sh -e /tmp/install.sh all", Installation(is_opaque=True)),
        ("python -m venv /v", None),
        ("bash --version", None),
        ("apt-get install -y python3-pip wget", None),
        ("echo pip", None),
    ],
)
def test_an_installation_is_what_its_installer_would_do(script, installation):
    assert installations_in(script) == ([] if installation is None else [installation])


def test_commands_end_at_operators_and_lines_but_not_in_quotation_marks():
    script = "set -e # strict\na 'b; c' && d \\\n  e || f; (g)\n# h\n"
    assert commands_in(script) == [["set", "-e"], ["a", "b; c"], ["d", "e"], ["f"], ["g"]]


def test_each_command_runs_in_the_folder_that_cd_leads_to():
    folders = [(step.words[0], step.folder) for step in steps_in("a\ncd /b && c; cd d\ne")]
    assert folders == [("a", ""), ("cd", "/b"), ("c", "/b"), ("cd", "/b/d"), ("e", "/b/d")]


def test_what_no_shell_would_read_is_split_at_spaces():
    assert commands_in("echo 'open") == [["echo", "'open"]]


def test_only_commands_that_fetch_are_downloads():
    script = (
        "apt install wget\nsh -c 'wget -q x' && python -m gdown y\n"
        "TOKEN=1 curl z\ngit lfs install\ngit lfs pull\necho curl\n"
    )
    assert fetches_in(script) == ["wget -q x", "python -m gdown y", "curl z", "git lfs pull"]
