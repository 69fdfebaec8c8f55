"""Domain confusion: the classifier learns, the gradient turns round."""

import pytest
import torch
import torch.nn.functional as functional

from training.losses.domain_confusion import DomainConfusion, DomainConfusionConfig, reverse_gradient
from training.losses.stem_loss import LossInputError

CONFIG = DomainConfusionConfig(features=6, domains=3, hidden_channels=5, weight=0.25)


@pytest.fixture
def judged():
    """A small classifier, a representation with gradient, and its items' domains."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        loss = DomainConfusion(CONFIG).double()
        representation = torch.randn(4, 6, 7, dtype=torch.float64, requires_grad=True)
    return loss, representation, torch.tensor([0, 1, 2, 1])


def test_the_loss_is_the_cross_entropy_of_the_odds_averaged_over_time(judged):
    loss, representation, domains = judged
    odds = loss.classifier(representation).mean(dim=-1)
    torch.testing.assert_close(loss(representation, domains), functional.cross_entropy(odds, domains))


def test_the_representation_gets_the_gradient_reversed_and_weighted_the_classifier_as_it_is(judged):
    loss, representation, domains = judged
    loss(representation, domains).backward()
    reversed_gradient = representation.grad.clone()
    own_gradients = [parameter.grad.clone() for parameter in loss.parameters()]
    representation.grad = None
    loss.zero_grad()
    functional.cross_entropy(loss.classifier(representation).mean(dim=-1), domains).backward()
    torch.testing.assert_close(reversed_gradient, -0.25 * representation.grad)
    for own, parameter in zip(own_gradients, loss.parameters(), strict=True):
        torch.testing.assert_close(own, parameter.grad)


def test_the_reversal_leaves_values_as_they_are(judged):
    _, representation, _ = judged
    assert torch.equal(reverse_gradient(representation, 0.5), representation)


def test_training_the_classifier_lowers_its_loss_and_the_reversed_representation_raises_it(judged):
    loss, representation, domains = judged
    before = loss(representation, domains)
    before.backward()
    with torch.no_grad():
        better = DomainConfusion(CONFIG).double()
        better.load_state_dict(loss.state_dict())
        for parameter, source in zip(better.parameters(), loss.parameters(), strict=True):
            parameter -= 0.1 * source.grad
        assert better(representation, domains) < before
        assert loss(representation - 1.0 * representation.grad, domains) > before


def test_the_published_classifier_has_three_hidden_layers_of_a_hundred_channels():
    parameters = sum(parameter.numel() for parameter in DomainConfusion(DomainConfusionConfig()).parameters())
    assert parameters == (64 * 100 + 100) + 2 * (100 * 100 + 100) + (100 * 2 + 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"domains": 1}, "Got 1 domains"), ({"hidden_layers": 0}, "hidden_layers .* must|1 or more")],
)
def test_impossible_sizes_are_refused(settings, message):
    with pytest.raises(LossInputError, match=message):
        DomainConfusionConfig(**settings)
