"""A wave of reviews is told from the usual, and what she said in public shortly before it is named; no steady stream is a wave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parapet.patterns.bursts import AFTER_POST, LEAST, newest_burst

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STEADY = [START + n * 20 * DAY for n in range(18)]


def test_nine_within_four_days_where_one_in_twenty_is_usual() -> None:
    wave = [START + 400 * DAY + n * DAY / 2 for n in range(9)]
    found = newest_burst([*wave, *STEADY], [START, wave[0] - DAY, wave[-1]])
    assert found is not None and (found.first, found.last, found.count) == (wave[0], wave[-1], 9)
    assert 15 < found.usual_days < 25 and found.chance < 1e-6 and found.post_at == wave[0] - DAY
    assert newest_burst([*wave, *STEADY], [wave[0] - 2 * AFTER_POST]).post_at is None  # type: ignore[union-attr]
    later = [wave[-1] + 40 * DAY]
    assert newest_burst([*wave, *STEADY, *later]).first == wave[0]  # type: ignore[union-attr]


def test_a_first_few_are_no_wave() -> None:
    assert newest_burst([]) is None and newest_burst(STEADY) is None
    assert newest_burst([START, START + DAY, START + 2 * DAY]) is None, "what is usual is not known yet"
    assert newest_burst([START, START + DAY, START + 2 * DAY], since=START - 300 * DAY) is not None


@given(gap_h=st.integers(6, 24 * 40), count=st.integers(3, 60))
def test_no_steady_stream_is_a_wave(gap_h: int, count: int) -> None:
    steady = [START + n * timedelta(hours=gap_h) for n in range(count)]
    assert newest_burst(steady) is None


@given(times=st.lists(st.integers(0, 2_000), max_size=40), posts=st.lists(st.integers(0, 2_000), max_size=5))
def test_what_is_called_a_wave_is_one(times: list[int], posts: list[int]) -> None:
    found = newest_burst([START + n * timedelta(hours=6) for n in times], [START + n * timedelta(hours=6) for n in posts])
    if found is not None:
        assert found.count >= LEAST and found.first <= found.last and 0 <= found.chance <= 0.001
        assert found.post_at is None or timedelta(0) <= found.first - found.post_at <= AFTER_POST
