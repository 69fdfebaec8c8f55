"""`mdx blend list` and `mdx blend show` as a user types them."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from mdx.cli import app
from separation import Plan, PlanError
from separation.published_blends import load_published_blend, published_blend_names


def mdx(*arguments):
    done = CliRunner().invoke(app, ["blend", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_list_names_every_blend_with_its_models():
    lines = mdx("list").splitlines()
    assert [line for line in lines[:-1] if line and not line.startswith(" ")] == list(published_blend_names())
    assert "    models: spleeter, umxhq" in lines
    assert list(json.loads(mdx("list", "--json"))) == list(published_blend_names())


def test_what_is_shown_of_a_blend_can_be_copied_into_a_plan():
    for name in published_blend_names():
        shown = yaml.safe_load(mdx("show", name))
        assert shown == json.loads(mdx("show", name, "--json"))
        assert Plan.model_validate({"blend": shown["blend"]}).blend == load_published_blend(name).blend


def test_an_unknown_blend_is_refused_with_the_names():
    with pytest.raises(PlanError, match=r"one of danna_sep, .*Got 'danna-sep'\. Did you mean 'danna_sep'"):
        mdx("show", "danna-sep")
