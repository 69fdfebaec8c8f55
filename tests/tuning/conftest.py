"""What tests of tuning share: studies that do not wait for the disk."""

import pytest


@pytest.fixture(autouse=True)
def never_waits(quick_disk):
    """Tests here open studies without asking for it."""
