"""Pieces of a song join without a trace, and none is shorter or longer than said."""

import numpy as np
import pytest

from models.pieces import Pieces

PIECES = Pieces(piece_samples=100, fade_samples=10, shortest_samples=50)


@pytest.mark.parametrize("samples", [1, 49, 100, 140, 141, 190, 500, 1001])
def test_pieces_that_are_left_alone_join_to_the_song_and_keep_their_lengths(samples):
    signal = np.random.default_rng(0).standard_normal((2, samples)).astype(np.float32)
    lengths = []

    def separate_piece(piece):
        lengths.append(piece.shape[-1])
        return {"same": piece, "none": 0 * piece}

    joined = PIECES.separate(signal, ("same", "none"), separate_piece)
    np.testing.assert_allclose(joined["same"], signal, atol=1e-6)
    assert not joined["none"].any()
    assert lengths[:-1] == [100] * (len(lengths) - 1)
    assert lengths[-1] == samples if len(lengths) == 1 else 50 < lengths[-1] <= 140


def test_the_work_is_counted_in_pieces_and_their_steps():
    (chunking,) = PIECES.workload().passes
    assert (chunking.chunk_samples, chunking.stride_samples) == (100, 90)
