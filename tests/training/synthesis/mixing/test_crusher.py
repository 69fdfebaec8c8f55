"""Steps in value and in time."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise, sine
from training.synthesis.mixing.crusher import Crusher


@pytest.mark.parametrize("bits", [2, 5])
def test_so_many_bits_leave_so_many_values(bits):
    values = np.unique(Crusher(bits)(sine(100.0, amplitude=1.0)))
    assert 2**bits - 1 <= len(values) <= 2**bits + 1


def test_samples_are_held():
    after = Crusher(16.0, 4.0)(noise(0.1, 1))[0]
    np.testing.assert_array_equal(after[0::4][:1000], after[3::4][:1000])


def test_a_mix_of_nothing_is_the_sound():
    sound = noise()
    np.testing.assert_allclose(Crusher(4.0, 5.0, 0.0)(sound), sound)
