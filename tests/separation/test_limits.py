import pytest

from separation.limits import LimitError, parse_limit


def test_the_kit_gives_every_song_240_seconds_and_the_set_up_900():
    limit = parse_limit("kit")
    assert limit.seconds_for(7) == limit.seconds_for(600) == 240
    assert limit.setup_seconds == 900


def test_round_2_gives_157_hundredths_of_the_duration():
    assert parse_limit("round2").seconds_for(200.0) == pytest.approx(314.0)


def test_seconds_are_taken_as_they_are():
    assert parse_limit("240.5").seconds_for(10) == 240.5


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e10", "fast", ""])
def test_anything_else_is_refused(text):
    with pytest.raises(
        LimitError, match="must be 'kit', 'round2' or a positive number of seconds, at most 86400. Got '"
    ):
        parse_limit(text)
