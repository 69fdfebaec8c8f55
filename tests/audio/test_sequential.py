"""Songs that come in blocks, read at any place."""

import pytest
import torch

from audio.sequential import SequentialSource
from audio.sources import TensorSource

SAMPLES = 5_000
SONG = torch.rand(2, SAMPLES, generator=torch.Generator().manual_seed(0))


class Blocks:
    """Yields a song in blocks and counts how often it was begun and closed."""

    def __init__(self, block=37):
        self.block = block
        self.begun = self.closed = self.given = 0

    def __call__(self):
        self.begun += 1
        try:
            for piece in SONG.split(self.block, dim=-1):
                self.given += 1
                yield piece
        finally:
            self.closed += 1


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 10), (-5, 3), (4_990, 5_010), (6_000, 6_005), (-20, -10), (0, SAMPLES)]
)
def test_any_part_is_what_a_song_in_memory_gives(start, stop):
    expected = TensorSource(SONG, 44_100).read(start, stop)
    assert torch.equal(SequentialSource(Blocks(), SAMPLES, 44_100).read(start, stop), expected)


def test_a_reader_that_moves_forward_with_overlap_decodes_once():
    blocks = Blocks()
    source = SequentialSource(blocks, SAMPLES, 44_100, kept_samples=200)
    for start in range(-100, SAMPLES, 150):
        assert torch.equal(source.read(start, start + 300), TensorSource(SONG, 44_100).read(start, start + 300))
    assert blocks.begun == 1


def test_a_step_back_beyond_what_is_kept_begins_anew():
    blocks = Blocks()
    source = SequentialSource(blocks, SAMPLES, 44_100, kept_samples=200)
    source.read(4_000, 4_100)
    assert torch.equal(source.read(3_900, 4_000), SONG[:, 3_900:4_000])
    assert blocks.begun == 1
    assert torch.equal(source.read(0, 100), SONG[:, :100])
    assert (blocks.begun, blocks.closed) == (2, 1)


def test_what_is_held_does_not_grow_with_the_song():
    source = SequentialSource(Blocks(), SAMPLES, 44_100, kept_samples=200)
    widths = []
    for start in range(0, SAMPLES - 100, 50):
        source.read(start, start + 100)
        widths.append(sum(block.shape[-1] for block in source._kept))
    assert max(widths) <= 200 + 100 + 2 * 37


def test_a_song_shorter_than_stated_ends_in_silence():
    source = SequentialSource(Blocks(), SAMPLES + 10, 44_100)
    assert torch.equal(source.read(SAMPLES - 5, SAMPLES + 10)[:, 5:], torch.zeros(2, 10))


def test_closing_closes_the_blocks():
    blocks = Blocks()
    source = SequentialSource(blocks, SAMPLES, 44_100)
    source.read(0, 10)
    source.close()
    source.close()
    assert blocks.closed == 1
