import numpy as np
import pytest

from training.biquads import biquad


@pytest.mark.parametrize("shape", ["peak", "low_shelf", "high_shelf", "low_pass", "high_pass", "band_pass", "all_pass"])
def test_an_array_of_filters_is_each_of_them(shape):
    angles, gains_db = np.array([0.01, 0.5, 3.0]), np.array([[-6.0], [3.0]])
    together = biquad(shape, angles, gains_db, 0.8)
    apart = [[biquad(shape, angle, gain_db, 0.8) for angle in angles] for (gain_db,) in gains_db]
    assert together.shape == (2, 3, 6)
    np.testing.assert_allclose(together, apart, rtol=1e-14)


def test_a_peak_of_another_sign_undoes_the_first():
    boost, cut = biquad("peak", 0.3, 6.0, 2.0), biquad("peak", 0.3, -6.0, 2.0)
    np.testing.assert_allclose(boost[:3] / boost[0], cut[3:], rtol=1e-12)
