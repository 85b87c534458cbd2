"""How dangerous a message is: the rules' voice and the learned voice in one judgment. The more worried of the two wins."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import numpy as np

from components.danger_rules import E0, E1, E2, E3, ENGLISH, LEVELS, OVER, QUITTING, Reading

# The intents that stand for a level and a kind, such as concern_suicide. They are the learned voice's labels; the topic
# classifier knows nothing of them.
PREFIXES = {"emergency_": E3, "concern_": E2, "sensitive_": E1}
NAMES = {level: prefix for prefix, level in PREFIXES.items()}
NO_DANGER = "no_danger"
UNCLEAR = "unclear"
# The intents by which an emergency ends: help is there, or there was none.
SAFE, FALSE_ALARM = "im_safe_now", "false_alarm"
KINDS = frozenset({"overdose", "suicide", "poisoning", "withdrawal", "medical", "violence", "using", UNCLEAR})
# How the names of the responses begin that a danger alone brings about.
# How `because` begins where a rule decides.
_RULE = "rule "
_SAID_AT = {"utter_emergency_": E3, "utter_concern_": E2, "utter_soft_": E1, "utter_sensitive_": E1}
# Context that speaks against a danger: where one of these is found, the learned voice has to be surer.
DOUBTS = frozenset({"figure", "denied", "past", "handled", "over", "fiction", "work", "asked"})


@dataclass(frozen=True)
class Risk:
    """What every message carries as `risk`.

    Attributes:
        level: "E0" to "E3" (docs/crisis-levels.md).
        kind: overdose, suicide, poisoning, withdrawal, medical, violence, using, or "unclear" after an error; empty at E0.
        because: the rule's id or the learned voice's score, for audits; never a word of the message.
        about: whom or what it is about ("self", "child", "mixed", ...), the most particular first.
        language: of the message, as far as it is known.
        over: whether the message says that the danger has passed or that help is there.
        denied: whether it says that there was none.

    """

    level: str = LEVELS[E0]
    kind: str = ""
    because: str = ""
    about: Tuple[str, ...] = ()
    language: str = ENGLISH
    over: bool = False
    denied: bool = False

    def as_dict(self) -> Dict[str, Any]:
        """For the parse result, which is JSON."""
        return {**asdict(self), "about": list(self.about)}


def label_of(intent: str) -> Optional[Tuple[int, str]]:
    """The level and kind that an intent stands for; None for a topic."""
    if intent == NO_DANGER:
        return E0, ""
    for prefix, level in PREFIXES.items():
        if intent.startswith(prefix):
            return level, intent.removeprefix(prefix)
    return None


def danger_of_response(name: str) -> Optional[Tuple[int, str]]:
    """The level and kind of danger for which a response is said; None for any other response.

    The kind is empty where a response fits all, as in `utter_emergency_es`.
    """
    for prefix, level in _SAID_AT.items():
        if name.startswith(prefix) and not name.startswith("utter_emergency_guidance"):
            kind = name.removeprefix(prefix).partition("_")[0]
            return level, kind if kind in KINDS else ""
    return None


def intent_of(level: int, kind: str) -> str:
    """The intent that stands for a level above E0 and a kind."""
    return f"{NAMES[level]}{kind}"


@dataclass(frozen=True)
class Thresholds:
    """How likely a level (or a higher one) must be for the learned voice to say it.

    Attributes:
        levels: for E1, E2, E3, in this order.
        doubted: the same, where the rules found context that speaks against a danger.
        surely: E2 or more at this share, with E3 at the second one, is E3, too: where a serious danger is certain and only its
            hurry is not, the card is right.
        floors: a rule's word for E2, and one for E3, count only where the learned voice gives E2 or more at least this share. Below it,
            the rule has met its words in a place where they mean nothing.

    """

    levels: Tuple[float, float, float]
    doubted: Tuple[float, float, float]
    surely: Tuple[float, float] = (1.1, 1.0)
    floors: Tuple[float, float] = (0.0, 0.0)


def learned_level(
    labels: Sequence[Tuple[int, str]], shares: np.ndarray, thresholds: Sequence[float], surely: Tuple[float, float] = (1.1, 1.0)
) -> Tuple[int, str, float]:
    """What the learned voice says.

    Args:
        labels: level and kind of each share.
        shares: the labels' probabilities, adding up to one.
        thresholds: for E1, E2, E3.
        surely: see `Thresholds`.

    Returns:
        level, likeliest kind at that level or above, and the probability of that level or above.

    """
    certain_danger = share_from(E2, labels, shares) >= surely[0]
    for level in (E3, E2, E1):
        among = [index for index, (its, _) in enumerate(labels) if its >= level]
        share = share_from(level, labels, shares)
        certain = level == E3 and certain_danger and share >= surely[1]
        if share >= thresholds[level - 1] or certain:
            kinds: Dict[str, float] = {}
            for index in among:
                kinds[labels[index][1]] = kinds.get(labels[index][1], 0.0) + float(shares[index])
            return level, max(kinds, key=lambda kind: kinds[kind]), share
    return E0, "", 1.0 - share_from(E1, labels, shares)


def share_from(level: int, labels: Sequence[Tuple[int, str]], shares: np.ndarray) -> float:
    """The probability of a level or a higher one."""
    return float(sum(share for (its, _), share in zip(labels, shares, strict=True) if its >= level))


def assess(reading: Reading, labels: Sequence[Tuple[int, str]], shares: np.ndarray, thresholds: Thresholds) -> Risk:
    """The risk of one message.

    Args:
        reading: what the rules say.
        labels: level and kind of each share.
        shares: what the learned voice says.
        thresholds: how sure it must be.

    """
    if QUITTING in reading.flags and reading.level == E0:
        return Risk(because=f"context {QUITTING}", about=reading.about, language=reading.language)
    doubted = bool(DOUBTS & reading.flags)
    level, kind, share = learned_level(labels, shares, thresholds.doubted if doubted else thresholds.levels, thresholds.surely)
    if doubted and reading.language != ENGLISH:
        # It has learned from English alone. In another language it may add to the rules, and not outweigh what they understood.
        level, kind, share = E0, "", 1.0 - share_from(E1, labels, shares)
    because = f"learned {LEVELS[level]} {share:.2f}"
    floor = thresholds.floors[reading.level >= E3]
    heard = reading.sure or reading.language != ENGLISH or share_from(E2, labels, shares) >= floor
    if heard and reading.level >= level and reading.level > E0:
        level, kind, because = reading.level, reading.kind, named_rule(reading)
    return Risk(
        level=LEVELS[level],
        kind=kind,
        because=because,
        about=reading.about,
        language=reading.language,
        over=OVER in reading.flags,
        denied="denied" in reading.flags,
    )


def named_rule(reading: Reading) -> str:
    """What `because` says where a rule decides."""
    return f"{_RULE}{reading.rule}"


def is_by_rule(risk: Mapping[str, Any]) -> bool:
    """Whether a parse result's level was said by a rule, and not only by the learned voice."""
    return str(risk.get("because") or "").startswith(_RULE)


def level_of(risk: Mapping[str, Any]) -> int:
    """A parse result's level as a number; a missing or odd one is E0, as for a button."""
    return LEVELS.index(risk["level"]) if risk.get("level") in LEVELS else E0
