"""Shortened markers mean what uv's long ones meant, and environment.yml is a faithful copy of the pins."""

from __future__ import annotations

import itertools

import pytest
import yaml
from packaging.markers import Marker

from tools.lock import (
    PLATFORMS,
    PYTHON_VERSIONS,
    environment_yml,
    marker_environment,
    pins_for,
    simplify_line,
    simplify_marker,
)

ARM_MAC = "platform_machine == 'arm64' and sys_platform == 'darwin'"
X86_LINUX = "platform_machine == 'x86_64' and sys_platform == 'linux'"
ARM_LINUX = "platform_machine == 'aarch64' and sys_platform == 'linux'"
EVERYWHERE = f"({ARM_MAC}) or ({X86_LINUX}) or ({ARM_LINUX})"


def evaluated(text):
    cells = itertools.product(PYTHON_VERSIONS, PLATFORMS)
    return [Marker(text).evaluate(marker_environment(version, platform)) for version, platform in cells]


@pytest.mark.parametrize(
    ("long", "short"),
    [
        (f"python_full_version < '3.11' and ({EVERYWHERE})", "python_version < '3.11'"),
        (
            f"python_full_version == '3.11.*' and ({EVERYWHERE})",
            "python_version >= '3.11' and python_version < '3.12'",
        ),
        (f"python_full_version >= '3.13' and ({EVERYWHERE})", "python_version >= '3.13'"),
        (f"({X86_LINUX}) or ({ARM_LINUX})", "sys_platform == 'linux'"),
        (f"({ARM_MAC}) or ({X86_LINUX})", "platform_machine != 'aarch64'"),
        (ARM_MAC, "sys_platform == 'darwin'"),
        (
            f"python_full_version >= '3.12' and {X86_LINUX}",
            "python_version >= '3.12' and sys_platform == 'linux' and platform_machine == 'x86_64'",
        ),
    ],
)
def test_short_marker_holds_where_the_long_one_does(long, short):
    assert simplify_marker(long) == short
    assert evaluated(short) == evaluated(long)


def test_marker_that_holds_everywhere_is_dropped():
    assert simplify_line(f"numpy==2.4.6 ; python_full_version < '3.14' and ({EVERYWHERE})") == "numpy==2.4.6"


@pytest.mark.parametrize(
    "marker",
    [
        "python_version == '3.10' or python_version == '3.12'",
        f"(python_version < '3.11' and {ARM_MAC}) or (python_version >= '3.11' and {X86_LINUX})",
        "sys_platform == 'win32'",
        ARM_LINUX,
    ],
)
def test_marker_without_a_short_form_stays(marker):
    assert simplify_marker(marker) == marker


def test_comments_and_plain_pins_pass_unchanged():
    lines = ["# a comment", "    # via torch", "torch==2.13.0", ""]
    assert [simplify_line(line) for line in lines] == lines


def test_pins_for_takes_the_lines_that_hold():
    lines = ["# head", "a==1 ; python_version < '3.11'", "a==2 ; python_version >= '3.11'", "b==3"]
    assert pins_for(lines, "3.10", PLATFORMS[0]) == ["a==1", "b==3"]
    assert pins_for(lines, "3.13", PLATFORMS[0]) == ["a==2", "b==3"]


def test_environment_yml_lists_the_pins_without_markers():
    text = environment_yml(["a==1 ; sys_platform == 'darwin'", "b==2 ; sys_platform == 'linux'", "c==3"])
    assert yaml.safe_load(text)["dependencies"] == ["python=3.11", "pip", {"pip": ["b==2", "c==3"]}]
