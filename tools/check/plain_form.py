"""The plain form in which the danger rules see a message's words."""

from __future__ import annotations

import re
import unicodedata
from typing import List

# The same steps as in `components.plain_words`, which takes spaCy to import; a test compares the two. Left out is what mends slips and
# disguises: whoever writes a pattern makes none.
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("(?<=\\w)['`\u00b4\u2018\u2019\u02bc](?=\\w)")
_INVISIBLE = re.compile("[\u0640\u064b-\u0652\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f]")
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_WORD = re.compile("(?:[^\\W_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])+")


def plain_form(text: str) -> List[str]:
    """The words of a text in small letters, without accents and apostrophes; of scripts without spaces, each sign."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return _WORD.findall(_UNSPACED.sub(r" \1 ", _APOSTROPHES.sub("", text)))
