"""How a message is brought into the plain form that the danger rules read."""

from __future__ import annotations

import pytest

from components.plain_words import Spellings, plain_words

SPELLINGS = Spellings.read(
    {"kill", "myself", "suicide", "breathing", "overdosed", "overdose", "not", "wake", "blue", "help", "die", "unalive", "od", "bleeding"},
    {"breeding", "so", "wont"},
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He is NOT Breathing", "he is not breathing"),
        ("he won\u2019t wake", "he wont wake"),
        ("sui\u0301cide", "suicide"),
        ("\U0001d4c0\U0001d4be\U0001d4c1\U0001d4c1 myself", "kill myself"),
        ("helpppppp", "help"),
        ("sooooo blue", "so blue"),
        ("k i l l myself", "kill myself"),
        ("k.i.l.l myself", "kill myself"),
        ("k!ll myself", "kill myself"),
        ("su1cide", "suicide"),
        ("d*e", "die"),
        ("kms", "kill myself"),
        ("overdoesd", "overdosed"),
        ("brething", "breathing"),
        ("breahting", "breathing"),
        ("breeding", "breeding"),
        ("narcan", "naloxone"),
        ("sewer slide", "suicide"),
        ("took \U0001f48a", "took pill"),
        ("no. he is blue!", "no . he is blue ."),
        ("m30 24", "m30 24"),
        ("\u200bki\u200bll", "kill"),
        ("\u4e0d\u60f3\u6d3b", "\u4e0d \u60f3 \u6d3b"),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain_words(text, SPELLINGS) == words.split()


def test_hindi_keeps_its_vowel_signs() -> None:
    assert (
        plain_words("\u092e\u0930\u0928\u093e", SPELLINGS) == ["\u092e\u0930\u0928\u093e"]
        or len(plain_words("\u092e\u0930\u0928\u093e", SPELLINGS)) == 1
    )


def test_a_huge_message_is_read_in_bounded_time() -> None:
    assert len(plain_words("aaaaaab " * 1_000_000, SPELLINGS)) < 1000
