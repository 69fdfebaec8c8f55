"""What a recipe names, put together."""

import pytest

from tests.training.cases import tiny_recipe
from training.assembly import build_augment, build_parts
from training.errors import RecipeError


def test_augmentations_get_the_rate_of_the_network(songs):
    recipe = tiny_recipe(
        songs,
        augmentations=[{"name": "shift"}],
        data={"chunk_seconds": 3.0},
        model={"architecture": "wave_u_net", "size": "tiny", "config": {}},
    )
    parts = build_parts(recipe)
    rate = parts.network.sample_rate
    assert rate == 22_050
    assert parts.augment.kept_samples(3 * rate) == 2 * rate
    assert build_augment(recipe, 1000).kept_samples(3000) == 2000


@pytest.mark.parametrize(("augmentation", "kept"), [("shift", 4410 - 44_100), ("random_chunk", 264_600)])
def test_augmentations_that_chunks_are_too_short_for_are_refused_before_a_run(songs, augmentation, kept):
    recipe = tiny_recipe(songs, augmentations=[{"name": augmentation}])
    with pytest.raises(RecipeError, match=rf"of a chunk of 4410, .* Got {kept}\. Set a larger 'data.chunk_seconds'"):
        build_parts(recipe)
