"""The worst songs and seconds are those with the lowest scores, silence left out."""

import numpy as np

from evaluator.frame_scores import FrameScores
from evaluator.report.run import Song
from evaluator.report.worst import WorstSecond, WorstSong, worst_seconds, worst_songs


def song(name, drums, **changes):
    sdr = None if drums is None else {"drums": drums, "mean": drums}
    return Song(name, True, 10.0, 240.0, sdr=sdr, **changes)


def frames(*sdr, hop_seconds=1.0):
    return FrameScores({"drums": {"SDR": np.array(sdr)}}, hop_seconds, hop_seconds)


def test_worst_songs_come_lowest_first_without_silent_references_and_without_unscored_songs():
    songs = [song("good", 9.0), song("silent", -70.0, silent_references=["drums"]), song("bad", -1.0), song("no", None)]
    assert worst_songs(songs, "drums") == [WorstSong("bad", -1.0), WorstSong("good", 9.0)]
    assert worst_songs(songs, "drums", count=1) == [WorstSong("bad", -1.0)]
    assert worst_songs(songs, "bass") == []


def test_a_bad_passage_is_named_once_by_its_worst_second():
    scores = {"one": frames(5.0, -3.0, -8.0, -4.0, 5.0, 5.0, 1.0), "two": frames(0.0, 7.0)}
    expected = [WorstSecond("one", 2.0, -8.0), WorstSecond("two", 0.0, 0.0), WorstSecond("one", 6.0, 1.0)]
    assert worst_seconds(scores, "drums", count=3) == expected


def test_frames_without_a_score_are_passed_over():
    scores = {"one": frames(np.nan, 2.0, np.inf), "two": frames(np.nan), "three": frames()}
    assert worst_seconds(scores, "drums") == [WorstSecond("one", 1.0, 2.0)]
    assert worst_seconds(scores, "bass") == []


def test_seconds_are_counted_in_hops():
    assert worst_seconds({"one": frames(5.0, 1.0, 5.0, hop_seconds=4.0)}, "drums", 1)[0].start_seconds == 4.0
