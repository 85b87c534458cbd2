"""What a danger does to a conversation: what is said first, what waits, and when it is over.

Pure functions over plain values, so that every turn of every scene can be tested without a server. The safety net carries the
plan out; the state lives in the slot `danger`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence, Tuple

from components.danger import FALSE_ALARM, SAFE, UNCLEAR, is_by_rule, label_of, level_of
from components.danger_rules import E0, E1, E2, E3, ENGLISH, LEVELS

# Whose danger it is (`Risk.about`), and that nobody else is there.
SELF, OTHER, ALONE = "self", "other", "alone"
COUNTRY = "set_country"
HUMAN = "talk_to_human"
# What people say or press in the middle of an emergency, each with a reply of its own.
STEPS = ("breathing", "not_breathing", "afraid_to_call")
SAID_IN_EMERGENCY = (*STEPS, SAFE, FALSE_ALARM)
# These leave a serious talk where it was: nothing was asked, nothing was told.
EMPTY_TALK = ("nlu_fallback", "out_of_scope", "greet", "thanks")
# "Yeah, thanks" answers no question.
NO_YES = ("thanks", "deny")
# So likely must a message end an emergency: where no danger is heard in it, where one is, and where a rule hears it. Less will do where
# danger is heard: "medics wheeled him out" tells of it, and what has neither, such as "my wife's at her mother's", is talk
# (docs/decisions/0010; `python -m tools.crises --choices`).
END, END_THOUGH_DANGER, END_THOUGH_RULE = 0.7, 0.4, 0.9
# What the rules take for an end counts only where the learned voice gives it so much: "he is ok now, just snoring really loud" is none,
# nor is "he says hes fine". At 0.2 that kept 2 of 13 emergencies among the tuning messages from being taken for an end, and no end was
# lost; at 0.25 one more tuning conversation was right in one of two trainings, and none less (measured once).
END_FLOOR = 0.25
# After an emergency the number stays in sight for so many turns.
TURNS_AFTER = 2


@dataclass(frozen=True)
class Danger:
    """The state of a conversation.

    Attributes:
        level: E1 to E3; a conversation without any has no state.
        kind: as in `Risk`.
        variant: the suffix of the card or line that was said, such as "_self".
        language: of the person.
        turns: at E1, how many more turns carry the soft line.
        held: a topic that was asked for in an emergency and is answered once it is over.
        told: how often the line of this kind has been said.

    """

    level: int
    kind: str
    variant: str = ""
    language: str = ENGLISH
    turns: int = 0
    held: str = ""
    told: int = 1

    def as_slot(self) -> Dict[str, Any]:
        """For the tracker."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Plan:
    """One turn.

    Attributes:
        before: responses to say first.
        answer: whether the turn's own rule then has the word.
        after: responses to say last, before the guidance.
        state: of the conversation from now on; None if calm.
        language: in which the guidance is said.

    """

    before: Tuple[str, ...] = ()
    answer: bool = True
    after: Tuple[str, ...] = ()
    state: Optional[Danger] = None
    language: str = ENGLISH


@dataclass(frozen=True)
class Turn:
    """A user's message, as understood.

    Attributes:
        intent: its intent.
        level: of its own risk.
        kind: of its own risk.
        about: of its own risk.
        language: of its words.
        over: whether it says that the danger has passed.
        denied: whether it says that there was none.
        by_rule: whether a rule, and not only the learned voice, says the level; an all but certain ending outweighs a rule.
        says_no: whether it begins with no, goes on, and what follows is no serious danger by itself.
        says_yes: whether it begins with yes, and goes on.

    """

    intent: str
    level: int = E0
    kind: str = ""
    about: Tuple[str, ...] = field(default=())
    language: str = ENGLISH
    over: bool = False
    denied: bool = False
    by_rule: bool = False
    says_no: bool = False
    says_yes: bool = False

    @classmethod
    def of(cls, intent: str, risk: Mapping[str, Any]) -> Turn:
        """Read it from a parse result. A pressed button names its danger by its intent."""
        level, kind = level_of(risk), str(risk.get("kind") or "")
        named = label_of(intent)
        if named and named[0] > level:
            level, kind = named
        about = tuple(risk.get("about") or ())
        by_rule = is_by_rule(risk)
        shares = risk.get("ending")
        # A pressed button is no guess.
        shares = {intent: 1.0} if shares is None else shares
        least = END if level < E2 else END_THOUGH_RULE if by_rule and level == E3 else END_THOUGH_DANGER
        likelier = max((SAFE, FALSE_ALARM), key=lambda name: shares.get(name, 0.0))
        ends = likelier if shares.get(SAFE, 0.0) + shares.get(FALSE_ALARM, 0.0) >= least else ""
        language = risk.get("language") or ENGLISH
        # The learned voice has heard no ends in other languages.
        counts = language != ENGLISH or sum(shares.values()) >= END_FLOOR
        over = (bool(risk.get("over")) and counts) or ends == SAFE
        denied = (bool(risk.get("denied")) and (counts or level < E2)) or ends == FALSE_ALARM
        says_no = level_of({"level": risk.get("after_no") or LEVELS[E3]}) < E2
        return cls(intent, level, kind, about, language, over, denied, by_rule and not ends, says_no, bool(risk.get("says_yes")))

    @property
    def is_no(self) -> bool:
        """Whether it says no to a worried question, and no rule hears a danger in it."""
        return self.says_no and not self.by_rule

    @property
    def is_yes(self) -> bool:
        """Whether it says yes to a worried question: by the word alone, or with more that is no end."""
        return self.intent == "affirm" or (self.says_yes and not self.over and not self.denied and self.intent not in NO_YES)

    @property
    def is_calm(self) -> bool:
        """Whether it may end an emergency: "the ambulance is here" sounds like one to the learned voice."""
        return self.level < E2 or ((self.over or self.denied) and not (self.by_rule and self.level == E3))


def plan(state: Optional[Danger], turn: Turn, responses: Collection[str], is_curated: bool) -> Plan:
    """What a turn says, and the state that it leaves.

    Args:
        state: of the conversation so far.
        turn: the message.
        responses: the names of all responses there are.
        is_curated: whether the message's intent is an answer that can wait and be given later.

    """
    language = turn.language if turn.language != ENGLISH or not state else state.language
    if state and state.level == E3:
        return _in_emergency(state, turn, responses, is_curated, language)
    if state and turn.level >= E2 and turn.is_calm and (turn.over or state.level == E1):
        # After a danger "I'm safe" sounds like danger to the learned voice, and says that there is none.
        how = SAFE if turn.over else FALSE_ALARM
        return Plan(
            _existing(_names(how, language), responses), False, (), Danger(E1, turn.kind, language=language, turns=TURNS_AFTER), language
        )
    asked = bool(state and state.level == E2)
    # "Yes, by himself in a hostel" sounds like the worst to the learned voice, and answers "could they be alone?".
    answers_yes = (
        turn.is_yes and ALONE in turn.about and not turn.by_rule and f"utter_concern_{state.kind if state else ''}_{ALONE}" in responses
    )
    if turn.level == E3 and not (asked and (turn.is_no or answers_yes)):
        return _card(turn.kind, turn.about, responses, language, held="")
    if state and state.level == E2:
        answered = _answer_to_question(state, turn, responses, language)
        if answered:
            return answered
    if turn.level == E2:
        return _concern(state, turn, responses, language)
    if turn.level == E1:
        # Where no topic was understood, the line for the kind is the whole answer; and whoever asks for a human is told whom to call.
        own = bool(label_of(turn.intent)) or turn.intent == HUMAN
        return Plan(after=() if own else _existing([f"utter_soft_{turn.kind}"], responses), language=language)
    if language != ENGLISH and turn.intent in EMPTY_TALK:
        return Plan(before=_existing([f"utter_only_english_{language}"], responses), answer=False, state=state, language=language)
    if state and state.turns > 0:
        left = Danger(E1, state.kind, language=state.language, turns=state.turns - 1) if state.turns > 1 else None
        return Plan(after=_existing([f"utter_soft_{state.kind}"], responses), state=left, language=language)
    return Plan(language=language)


def _in_emergency(state: Danger, turn: Turn, responses: Collection[str], is_curated: bool, language: str) -> Plan:
    """An emergency stays until somebody says that it is over. Nothing else is answered before."""
    stays = replace(state, language=language)
    if turn.is_calm and turn.denied and not turn.over:
        return _over(state, FALSE_ALARM, responses, language)
    if turn.is_calm and turn.over:
        return _over(state, SAFE, responses, language)
    if turn.intent in STEPS:
        return Plan(_existing(_names(turn.intent, language), responses), False, (), stays, language)
    if turn.kind != state.kind and (turn.level == E3 or (turn.level == E2 and turn.kind == "suicide")):
        # A wish to die in the middle of another emergency is one itself.
        return _card(turn.kind, turn.about, responses, language, state.held)
    if turn.intent == "tell_me_more":
        more = _existing([f"utter_emergency_{state.kind}_more"], responses)
        if more:
            return Plan(more, False, (), stays, language)
    holds = is_curated and turn.level < E2 and turn.intent != COUNTRY
    stays = replace(stays, held=turn.intent if holds else state.held, told=state.told + 1)
    card = f"utter_emergency_{state.kind}"
    names = [f"{card}_still", card]
    if language != ENGLISH:
        names = [f"{card}_still_{language}", f"utter_emergency_still_{language}", f"utter_emergency_{language}", *names]
    if state.told % 2 == 0:
        # Never the same words twice in a row: every other time the whole card again.
        names.insert(0, f"{card}{state.variant}")
    again = _existing(names, responses)
    if turn.intent == COUNTRY:
        # Whose numbers are shown cannot wait: the card comes again with the right ones. "She is in Tulsa" may be all that was meant.
        return Plan((), True, again, stays, language)
    return Plan(again, False, (), stays, language)


def _over(state: Danger, how: str, responses: Collection[str], language: str) -> Plan:
    """The emergency has passed: say what matters now, then answer what had to wait."""
    waiting = _existing([f"utter_{state.held}"], responses) if state.held else ()
    if how == FALSE_ALARM and state.kind == "suicide":
        # "I don't want to die" is good to hear, and no reason to take the line away.
        names = [f"utter_concern_no_{language}", "utter_concern_suicide_no"]
        return Plan(_existing(names, responses), False, waiting, Danger(E1, state.kind, language=language, turns=TURNS_AFTER), language)
    calm = Danger(E1, state.kind, language=language, turns=TURNS_AFTER) if how == SAFE else None
    return Plan(_existing(_names(how, language), responses), False, waiting, calm, language)


def _answer_to_question(state: Danger, turn: Turn, responses: Collection[str], language: str) -> Optional[Plan]:
    """Every line of concern ends in a question whose yes means danger.

    "No, he's at work" is a no, however much it sounds like danger by itself, and "yes, he's by himself" a yes, however harmless it sounds.
    """
    flags = [flag for flag in state.variant.split("_") if flag not in ("", OTHER)]
    whose = OTHER if OTHER in state.variant.split("_") else SELF
    if turn.is_yes:
        # Somebody who is alone is told what to do about that first; a second yes is a danger.
        name = f"utter_concern_{state.kind}"
        alone = _first(name, (ALONE, whose), responses, ENGLISH)
        if alone in (f"{name}_{ALONE}", f"{name}_{OTHER}_{ALONE}") and state.told < 2:
            return Plan((alone,), False, (), Danger(E2, state.kind, alone.removeprefix(name), language, told=state.told + 1), language)
        return _card(state.kind, (*flags, whose), responses, language, held="")
    if (turn.intent in ("deny", SAFE, FALSE_ALARM) and turn.level < E2) or (turn.denied and turn.is_calm) or turn.is_no:
        # "It was a joke" after a serious word is taken as a no: a line stays in sight.
        names = _names(SAFE, language) if turn.intent == SAFE else [f"utter_concern_{state.kind}_no"]
        if language != ENGLISH and turn.intent != SAFE:
            names.insert(0, f"utter_concern_no_{language}")
        return Plan(_existing(names, responses), False, (), Danger(E1, state.kind, language=language, turns=TURNS_AFTER), language)
    if turn.intent in EMPTY_TALK and turn.level < E2 and state.told < 3:
        # No answer to the question is no comfort: the line stays in sight.
        names = [f"utter_concern_{state.kind}_again"]
        if language != ENGLISH:
            names.insert(0, f"utter_concern_{language}")
        return Plan(_existing(names, responses), False, (), Danger(E2, state.kind, state.variant, language, told=state.told + 1), language)
    if turn.level < E2:
        soft = _existing([f"utter_soft_{state.kind}"], responses)
        return Plan(after=soft, state=Danger(E1, state.kind, language=language, turns=1), language=language)
    return None


def _card(kind: str, about: Sequence[str], responses: Collection[str], language: str, held: str) -> Plan:
    """The card for a danger, alone."""
    if f"utter_emergency_{kind}" not in responses:
        kind = "overdose"
    name = _first(f"utter_emergency_{kind}", about, responses, language)
    variant = name.removeprefix(f"utter_emergency_{kind}")
    return Plan((name,), False, (), Danger(E3, kind, variant, language, held=held), language)


def _concern(state: Optional[Danger], turn: Turn, responses: Collection[str], language: str) -> Plan:
    """One line of concern, then the answer if something was asked."""
    told = state.told if state and state.level == E2 and state.kind == turn.kind else 0
    if turn.kind == UNCLEAR:
        names = ["utter_concern_unclear"]
    elif told and language == ENGLISH:
        names = [f"utter_concern_{turn.kind}_again"]
    else:
        names = [_first(f"utter_concern_{turn.kind}", turn.about, responses, language)]
    answers = label_of(turn.intent) is None and turn.kind != UNCLEAR
    variant = names[0].removeprefix(f"utter_concern_{turn.kind}")
    return Plan(_existing(names, responses), answers, (), Danger(E2, turn.kind, variant, language, told=told + 1), language)


def _first(name: str, about: Sequence[str], responses: Collection[str], language: str) -> str:
    """The most particular response under a name: by language first, then by what the message is about, else the plain one."""
    plain = name.removeprefix("utter_").partition("_")[0]
    # Where it may be the writer's danger or somebody else's, the plain words fit both.
    mixed = {SELF, OTHER} <= set(about)
    candidates = []
    for flag in about:
        if OTHER in about and not mixed and flag != OTHER:
            # Some lines speak to the person who is out of jail, or pregnant, and have a sister for those who stand beside.
            candidates.append(f"{name}_{OTHER}_{flag}")
        if not (mixed and flag in (SELF, OTHER)):
            candidates.append(f"{name}_{flag}")
    if language != ENGLISH:
        candidates = [*(f"{candidate}_{language}" for candidate in [*candidates, name]), f"utter_{plain}_{language}", *candidates]
    return next((candidate for candidate in candidates if candidate in responses), name)


def _names(name: str, language: str) -> List[str]:
    return [f"utter_{name}_{language}", f"utter_{name}"] if language != ENGLISH else [f"utter_{name}"]


def _existing(names: Sequence[str], responses: Collection[str]) -> Tuple[str, ...]:
    """The first of some responses that exists, as all that is said; nothing if none does."""
    return tuple([name for name in names if name in responses][:1])
