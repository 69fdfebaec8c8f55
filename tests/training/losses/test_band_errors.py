"""The loss of squared errors in bands: values by hand, silence, and what weighs."""

import pytest
import torch

from training.losses.band_errors import BandErrors


def batch(error, power=1.0):
    shape = (2, 6, 5)
    return {"bass": torch.full(shape, error)}, {"bass": torch.full(shape, power)}


def test_an_error_of_a_quarter_of_the_energy_is_half_of_the_amplitude():
    errors, powers = batch(0.25)
    for share in (0.0, 0.5, 1.0):
        assert BandErrors(amplitude_share=share, floor=1e-6)(errors, powers).item() == pytest.approx(0.5, rel=1e-3)


def test_no_error_costs_next_to_nothing_and_all_of_the_mixture_costs_one():
    assert BandErrors()(*batch(0.0)).item() < 0.02
    assert BandErrors(floor=1e-6)(*batch(1.0)).item() == pytest.approx(1.0, rel=1e-3)


def test_a_quiet_error_counts_more_in_amplitude_than_in_energy():
    errors, powers = batch(0.0)
    errors["bass"][:, 0] = 0.01
    amplitude, energy = (BandErrors(amplitude_share=share)(errors, powers).item() for share in (1.0, 0.0))
    assert energy > amplitude
    errors["bass"][:] = 0.01
    spread = BandErrors(amplitude_share=1.0)(errors, powers).item()
    assert spread == pytest.approx(6 * amplitude, rel=0.05)


def test_silence_has_a_finite_loss_and_gradient():
    errors, powers = batch(0.0, 0.0)
    errors["bass"].requires_grad_()
    loss = BandErrors()(errors, powers)
    loss.backward()
    assert loss.isfinite()
    assert errors["bass"].grad.isfinite().all()
