"""What the configs of most networks refuse."""

from types import SimpleNamespace

import pytest

from models.errors import SettingsError
from models.parts.config_checks import check_odd, check_sizes, check_stems


@pytest.mark.parametrize("stems", [(), ("bass", "bass")])
def test_stems_that_are_none_or_the_same_are_refused(stems):
    with pytest.raises(SettingsError, match="^A network needs distinct sources, at least one. Got "):
        check_stems("A network", stems, called="sources")


def test_the_first_size_below_one_is_named():
    config = SimpleNamespace(width=1, depth=0, levels=-1)
    check_sizes("A network", config, ["width"])
    with pytest.raises(SettingsError, match="^A network's 'depth' must be at least 1. Got 0.$"):
        check_sizes("A network", config, ["width", "depth", "levels"])


@pytest.mark.parametrize("kernel", [4, 0, -1])
def test_a_kernel_without_a_middle_is_refused(kernel):
    check_odd("A network", SimpleNamespace(kernel=3), "kernel")
    with pytest.raises(SettingsError, match=f"^A network's 'kernel' must be odd and positive. Got {kernel}.$"):
        check_odd("A network", SimpleNamespace(kernel=kernel), "kernel")
