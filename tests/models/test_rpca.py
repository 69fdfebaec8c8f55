"""Robust PCA: known parts are recovered, as the theorem says, and as a literal loop with a plain SVD does."""

import numpy as np
import pytest

from models.rpca import RpcaSettings, robust_pca, voice_mask

EXACT = RpcaSettings(tolerance=1e-7)


def _low_rank_and_sparse(rows, columns, rank=5, share=0.05):
    """Return incoherent parts whose split is unique: a low rank, and few corrupted entries at random places."""
    rng = np.random.default_rng(0)
    low_rank = rng.standard_normal((rows, rank)) @ rng.standard_normal((rank, columns))
    sparse = np.where(rng.uniform(size=(rows, columns)) < share, rng.uniform(-50, 50, (rows, columns)), 0.0)
    return low_rank, sparse


def _literal(matrix, iterations, sparsity):
    """Run algorithm 5 of Lin, Chen and Ma with a plain SVD."""
    price = sparsity / np.sqrt(max(matrix.shape))
    largest = np.linalg.svd(matrix, compute_uv=False)[0]
    multipliers = matrix / max(largest, np.abs(matrix).max() / price)
    penalty, low_rank = 1.25 / largest, np.zeros_like(matrix)
    for _ in range(iterations):
        free = matrix - low_rank + multipliers / penalty
        sparse = np.sign(free) * np.maximum(np.abs(free) - price / penalty, 0)
        left, values, right = np.linalg.svd(matrix - sparse + multipliers / penalty, full_matrices=False)
        low_rank = left * np.maximum(values - 1 / penalty, 0) @ right
        multipliers = multipliers + penalty * (matrix - low_rank - sparse)
        penalty *= 1.5
    return low_rank, sparse


@pytest.mark.parametrize("shape", [(120, 80), (80, 120)])
def test_a_low_rank_and_a_sparse_matrix_are_recovered_from_their_sum(shape):
    truth = _low_rank_and_sparse(*shape)
    for true, found in zip(truth, robust_pca(sum(truth), EXACT), strict=True):
        assert np.linalg.norm(found - true) < 1e-3 * np.linalg.norm(true)
    assert np.linalg.matrix_rank(robust_pca(sum(truth), EXACT)[0], tol=1e-3) == 5


@pytest.mark.parametrize(("iterations", "sparsity"), [(1, 1.0), (4, 2.0), (12, 1.0)])
def test_every_step_is_that_of_a_literal_loop(iterations, sparsity):
    matrix = np.abs(sum(_low_rank_and_sparse(60, 40)))
    ours = robust_pca(matrix, RpcaSettings(tolerance=1e-12, most_iterations=iterations, sparsity=sparsity))
    for mine, theirs in zip(ours, _literal(matrix, iterations, sparsity), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-8 * np.abs(matrix).max())


def test_the_parts_add_up_within_the_tolerance_and_the_matrix_is_left_as_it_is():
    matrix = np.random.default_rng(1).uniform(size=(50, 30))
    before = matrix.copy()
    assert np.linalg.norm(matrix - sum(robust_pca(matrix, RpcaSettings()))) < 1e-4 * np.linalg.norm(matrix)
    np.testing.assert_array_equal(matrix, before)


def test_lone_loud_bins_over_a_steady_chord_are_the_voice():
    rng = np.random.default_rng(2)
    chord = np.outer(rng.uniform(size=100), rng.uniform(0.5, 1.0, 60)).astype(np.float32)
    sung = rng.uniform(size=chord.shape) < 0.03
    magnitude = np.stack([chord + 5 * sung, chord]).astype(np.float32)
    mask = voice_mask(magnitude, RpcaSettings(voice_lowest_hz=0.0))
    np.testing.assert_array_equal(mask[0], sung)


def test_a_bin_is_voice_where_its_sparse_part_is_larger_than_the_gain_times_the_other():
    magnitude = np.abs(sum(_low_rank_and_sparse(60, 40))).astype(np.float32)[None].repeat(2, axis=0)
    low_rank, sparse = map(np.abs, robust_pca(magnitude[0].astype(np.float64), RpcaSettings()))
    masks = [voice_mask(magnitude, RpcaSettings(voice_gain=gain, voice_lowest_hz=0.0))[0] for gain in (1.0, 2.0)]
    for gain, mask in zip((1.0, 2.0), masks, strict=True):
        np.testing.assert_array_equal(mask, sparse > gain * low_rank)
    assert masks[1].sum() < masks[0].sum()


def test_silence_has_no_voice():
    assert not voice_mask(np.zeros((2, 20, 10), np.float32), RpcaSettings()).any()
