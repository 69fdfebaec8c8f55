"""What a recipe names, put together."""

from tests.training.cases import tiny_recipe
from training.assembly import build_augment, build_parts


def test_augmentations_get_the_rate_of_the_network(songs):
    recipe = tiny_recipe(
        songs,
        augmentations=[{"name": "shift"}],
        model={"architecture": "wave_u_net", "size": "tiny", "config": {}},
    )
    parts = build_parts(recipe)
    rate = parts.network.sample_rate
    assert rate == 22_050
    assert parts.augment.kept_samples(3 * rate) == 2 * rate
    assert build_augment(recipe, 1000).kept_samples(3000) == 2000
