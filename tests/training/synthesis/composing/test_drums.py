"""Drum parts: on the grid, with what belongs to each kind of section."""

from collections import Counter

import numpy as np

from training.synthesis.composing import GENRES
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.drum_fills import FILL_KINDS, build_up, fill
from training.synthesis.composing.drum_groove import draw_groove, stretched
from training.synthesis.composing.drums import Drummer
from training.synthesis.composing.performing import Feel, Stage
from training.synthesis.composing.planning import plan_song
from training.synthesis.scores import DRUMS


def drummer(genre, seed, duration_seconds=20.0):
    plan = plan_song(GENRES[genre], duration_seconds, Dice(np.random.default_rng(seed)))
    kinds = sorted({section.kind for section in plan.sections})
    dice = Dice(np.random.default_rng(seed + 1000))
    return Drummer(plan, draw_groove(plan.genre.drums, plan.grid.meter, kinds, dice), dice)


def test_hits_lie_on_the_grid_within_the_humanisation():
    feel = Feel(0.006, 0.002)
    for seed, genre in enumerate(GENRES):
        player = drummer(genre, seed)
        written = player.write()
        # Rolls and triplet fills divide a step, all others are on it.
        assert all(abs(12.0 * hit.start - round(12.0 * hit.start)) < 1e-6 for hit in written)
        assert np.mean([hit.start == int(hit.start) for hit in written] or [1.0]) > 0.6
        stage = Stage(player.plan.grid, player.plan.duration_seconds, feel, Dice(np.random.default_rng(0)))
        grid = np.array([player.plan.grid.seconds(hit.start) for hit in written])
        for hit in stage.perform_hits(written):
            assert hit.start_seconds == 0.0 or np.abs(grid - hit.start_seconds).min() <= feel.reach_seconds + 1e-9
        assert {hit.drum for hit in written} <= set(DRUMS)


def test_house_has_a_kick_on_every_beat_of_a_drop():
    for seed in range(40):
        player = drummer("house", seed, 60.0)
        groove = player.groove
        if groove.loud_kick == "X...X...X...X..." and not groove.time_feels and not groove.tom_sections:
            break
    drops = [bar for bar in player.plan.bars if bar.section.kind == "drop" and not bar.is_last]
    kicks = Counter(int(hit.start) for hit in player.write() if hit.drum == "kick")
    on_beat = [kicks[bar.start_step + beat] > 0 for bar in drops for beat in (0, 4, 8)]
    assert np.mean(on_beat) > 0.7


def test_half_time_spreads_a_bar_over_two_and_double_time_plays_it_twice():
    pattern = "X...x...X...x..o"
    assert stretched(pattern, "half", 0) == "X.......x......."
    assert stretched(pattern, "half", 1) == "X.......x.....o."
    assert stretched(pattern, "double", 0) == "X.x.X.x.X.x.X.x."
    assert stretched(pattern, "", 3) == pattern


def test_fills_stay_inside_their_steps():
    for kind in FILL_KINDS:
        hits = fill(kind, 24, 32, 0.9, Dice(np.random.default_rng(1)))
        assert hits
        assert all(24 <= hit.start < 32 and 0.0 < hit.velocity <= 0.9 for hit in hits), kind


def test_a_build_up_gets_denser_and_louder():
    bars = [build_up(0, 16, progress, 0.9) for progress in (0.0, 0.3, 0.7)]
    assert [len(bar) for bar in bars] == [4, 8, 16]
    assert bars[0][0].velocity < bars[1][0].velocity < bars[2][-1].velocity <= 0.9


def test_kits_are_used_broadly():
    drums = Counter(hit.drum for genre in GENRES for seed in range(6) for hit in drummer(genre, seed).write())
    assert set(drums) == set(DRUMS)
    assert drums["kick"] > drums["crash"]
    assert drums["ghost_snare"] > 100
