"""Text for the screen: hostile names made harmless, and one format for each kind of figure."""

from __future__ import annotations

import unicodedata

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from s3browse import text
from s3browse.demo.hostile import HOSTILE_KEYS

ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates too


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("\x1b[31m", "␛[31m", id="C0 escape"),
        pytest.param("a\x00b", "a␀b", id="C0 nul"),
        pytest.param("\x1f", "␟", id="C0 last"),
        pytest.param("a\r\n\tb", "a␍␊␉b", id="line breaks and tab"),
        pytest.param("\x7f", "␡", id="DEL"),
        pytest.param("\x9b31m", "\ufffd31m", id="C1 control sequence"),
        pytest.param("\x80\x9f", "\ufffd\ufffd", id="C1 ends"),
        pytest.param("invoice-\u202efdp.exe", "invoice-\ufffdfdp.exe", id="bidi override"),
        pytest.param("\u061c\u200e\u200f\u202a\u2066\u2069", "\ufffd" * 6, id="bidi marks and isolates"),
        pytest.param("\u200b\u200c\u200d\u2060\ufeff\xad", "\ufffd" * 6, id="zero width"),
        pytest.param("\u2028\u2029", "\ufffd\ufffd", id="line and paragraph separators"),
        pytest.param("\ufff9\ufffa\ufffb", "\ufffd" * 3, id="interlinear annotation"),
        pytest.param("\ud800\udfff", "\ufffd\ufffd", id="lone surrogates"),
        pytest.param("\U000e0001\U000e0041\U000e007f", "\ufffd" * 3, id="tags"),
    ],
)
def test_safe_makes_what_is_hostile_visible(hostile: str, shown: str) -> None:
    assert text.safe(hostile) == shown


@pytest.mark.parametrize(
    "harmless", ["", "report.csv", "请求日志", "한국어", "عربي", "e\u0301", "🚀🇩🇪", "[red]x[/]", "\xa0"]
)
def test_safe_leaves_what_people_write(harmless: str) -> None:
    assert text.safe(harmless) == harmless


@given(ANY_TEXT)
def test_safe_lets_no_control_through_and_keeps_every_position(hostile: str) -> None:
    shown = text.safe(hostile)
    assert len(shown) == len(hostile)
    assert not {unicodedata.category(sign) for sign in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(sign) for sign in shown} & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"}
    shown.encode()  # as for the terminal


@given(ANY_TEXT)
def test_what_is_safe_stays_as_it_is(hostile: str) -> None:
    once = text.safe(hostile)
    assert text.safe(once) == once


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_safe_tames_the_hostile_bucket(key: str) -> None:
    assert all(sign.isprintable() or sign == "\u3000" for sign in text.safe(key))


def test_safe_lines_keeps_line_breaks_and_nothing_else() -> None:
    assert text.safe_lines("one\x1b\ntwo\r\nthree\x07") == "one␛\ntwo\nthree␇"


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (999, "999"), (12408, "12 408"), (1_000_000, "1 000 000")])
def test_count_parts_the_thousands(number: int, shown: str) -> None:
    assert text.count(number) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, "0 objects"), (1, "1 object"), (2000, "2 000 objects")])
def test_plural_agrees_with_its_number(number: int, shown: str) -> None:
    assert text.plural(number, "object") == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1_258_291, "1.2 MiB"),
        (1024**2 - 1, "1.0 MiB"),
        (5 * 1024**4, "5.0 TiB"),
    ],
)
def test_size_counts_in_powers_of_1024(number: int, shown: str) -> None:
    assert text.size(number) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00:00"),
        (-5, "0:00:00"),
        (0.001, "0:00:01"),
        (1.0, "0:00:01"),
        (59.2, "0:01:00"),
        (3599.5, "1:00:00"),
        (129_600, "36:00:00"),
    ],
)
def test_countdown_counts_a_begun_second_whole(seconds: float, shown: str) -> None:
    assert text.countdown(seconds) == shown


def test_timestamp_has_one_format() -> None:
    assert text.timestamp(1_794_042_764) == "2026-11-07 09:12:44"


def test_clock_time_names_the_day_only_when_it_is_not_today() -> None:
    with time_machine.travel(1_794_042_764, tick=False):
        assert text.clock_time(1_794_042_764 + 60) == "09:13:44"
        assert text.clock_time(1_794_042_764 + 86_400) == "2026-11-08 09:12:44"


@pytest.mark.parametrize("moment", [1e20, -1e20, float("inf"), float("nan")])
def test_a_moment_that_no_calendar_has_is_a_question_mark(moment: float) -> None:
    assert text.timestamp(moment) == "?"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("15m", 900),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("36H", 129_600),
        ("1d", 86_400),
        (" 5 m ", 300),
    ],
)
def test_parse_duration_reads(words: str, seconds: int) -> None:
    assert text.parse_duration(words) == seconds


@pytest.mark.parametrize("words", ["", " ", "m", "1x", "-5m", "1.5h", "1h30", "1 5", "fifteen", "1h,5m", "9" * 5000])
def test_parse_duration_refuses(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        text.parse_duration(words)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0s"), (59, "59s"), (90, "1m30s"), (5400, "1h30m"), (129_600, "36h"), (3601, "1h1s")]
)
def test_duration_is_written_as_the_command_line_takes_it(seconds: int, words: str) -> None:
    assert text.duration(seconds) == words


@given(st.integers(0, 10**9))
def test_a_duration_is_read_back_as_it_was(seconds: int) -> None:
    assert text.parse_duration(text.duration(seconds)) == seconds
