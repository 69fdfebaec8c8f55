"""What a shell offers after a press of Tab."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from audio import KitError
from mdx import completion
from mdx.cli import app
from mdx.leaderboard import NAMES
from models.registry import list_models, model_aliases
from separation.published_blends import published_blend_names
from tests.mdx.test_help import all_commands
from training.recipe_files import recipe_names

NO_LIST_TO_CHOOSE_FROM = {
    *("new-model name", "submit remote", "submit tag", "evaluate song", "rehearse song", "oracle search oracle"),
    *("data check layout", "data cache layout", "data stats layout"),
}
"""Names that are new, or of things that only the disk knows."""
PRESS_OF_TAB = """
import atexit, sys
atexit.register(lambda: print("torch" in sys.modules, file=sys.stderr))
sys.argv = ["mdx"]
from mdx.cli import main
main()
"""


def environment_of(shell, line):
    """What a shell's completion script sets, where the cursor stands at the end of a line."""
    if shell == "bash":
        return {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    return {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}


def offered(shell, line):
    """What a shell is told at the end of a line, and whether torch was loaded for it."""
    settings = {**environment_of(shell, line), "_MDX_COMPLETE": f"complete_{shell}"}
    done = subprocess.run(
        [sys.executable, "-c", PRESS_OF_TAB],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return re.findall(r"[\w-]*htdemucs[\w-]*", done.stdout), done.stderr.strip()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_told_names_and_no_torch_is_loaded_for_it(shell):
    assert offered(shell, "mdx models show htdemucs_") == (["htdemucs_ft", "htdemucs_6s"], "False")


@pytest.fixture
def script_for(monkeypatch):
    """Return a function: shell -> what completes in it."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    return lambda shell: CliRunner().invoke(app, ["--show-completion", shell], prog_name="mdx").output


def test_bash_completes_once_it_has_read_its_script(script_for, tmp_path, monkeypatch):
    program = tmp_path / "mdx"
    program.write_text(f"#!{sys.executable}\n{PRESS_OF_TAB}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    press = "COMP_WORDS=(mdx models show htdemucs_); COMP_CWORD=3; _mdx_completion mdx; echo ${COMPREPLY[@]}"
    command = ["bash", "-c", f"{script_for('bash')}\n{press}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["htdemucs_ft", "htdemucs_6s"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_one_that_the_shell_can_read(script_for, shell):
    script = script_for(shell)
    assert f"_MDX_COMPLETE=complete_{shell}" in script
    program = shutil.which(shell)
    if program:
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_every_argument_and_option_that_takes_a_model_a_blend_or_a_recipe_completes_it():
    named = ("NAME", "MEMBER", "RECIPE", "NAME_OR_PLAN")
    silent = {
        f"{' '.join(words)} {parameter.name}"
        for words, command in all_commands()
        for parameter in command.params
        if parameter.metavar in named and not parameter.shell_complete(typer.Context(command), "")
    }
    assert silent == NO_LIST_TO_CHOOSE_FROM


def test_the_leaderboards_are_those_that_can_be_written(tmp_path):
    with pytest.raises(KitError, match=re.escape(f"must be one of {', '.join(NAMES)}. Got")):
        CliRunner().invoke(app, ["leaderboard", "mdx22", "--file", tmp_path / "a.json"], catch_exceptions=False)


def test_names_are_those_of_the_manifest_the_blends_and_the_recipes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sorted(completion.model_names("")) == sorted([*list_models(), *model_aliases()])
    assert completion.blend_names("") == sorted(published_blend_names())
    assert completion.recipes("") == list(recipe_names())


@pytest.mark.parametrize(
    ("typed", "names"),
    [("pla", ["plan.yaml", "plans/"]), ("plans/", ["plans/a.yaml"]), ("plans/b", []), ("nowhere/", [])],
)
def test_plan_files_are_offered_beside_names(tmp_path, monkeypatch, typed, names):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans" / ".hidden").mkdir(parents=True)
    for name in ("plan.yaml", "plan.txt", "plans/a.yaml"):
        (tmp_path / name).touch()
    assert completion.models_and_plans(typed) == names
