"""Every reply can be said by somebody or something."""

from __future__ import annotations

from typing import Iterator, List, Set

from tools.check.answers import CARDS, CONCERNS, SENSITIVE, STEPS, Answer
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.rules.names import FOR_ALL_KINDS

# What `components.crisis_talk` says besides the variants; a test plays all its turns and compares.
OF_A_CARD = ("still",)
OF_A_CONCERN = ("again", "no")
# Replies outside cards and concerns that are said in the person's language.
IN_ANY_LANGUAGE = ("utter_im_safe_now", "utter_false_alarm", "utter_emergency_guidance", *FOR_ALL_KINDS)


def check(project: Project) -> Iterator[Problem]:
    """Report replies that are no main answer, no `_more`, no facet, no part of an emergency, and not named by any program."""
    code = project.code()
    for answer in project.answers:
        if answer.is_translation:
            yield from _translations(answer, project)
            continue
        endings = _endings(answer, project)
        usual = {f"utter_{answer.id}_{ending}" for ending in endings}
        if answer.is_topic:
            usual.add(f"utter_{answer.id}")
        if answer.folder == SENSITIVE:
            usual.add(f"utter_soft_{answer.kind}")
        for reply in answer.replies:
            if reply.name not in usual and f'"{reply.name}"' not in code:
                message = f"nothing ever says {reply.name}; end its name with {', '.join(endings[:-1])} or {endings[-1]}, or take it out"
                yield Problem(reply.file.path, reply.line(), message, reply.name)


def _translations(answer: Answer, project: Project) -> Iterator[Problem]:
    said = {name for english in project.answers for name in _said_in_any_language(english, project)} | set(IN_ANY_LANGUAGE)
    for reply in answer.replies:
        if reply.name.removesuffix(f"_{answer.id}") not in said:
            message = f"nothing ever says {reply.name}: in other languages, only what a danger needs at once is said; take it out"
            yield Problem(reply.file.path, reply.line(), message, reply.name)


def _endings(answer: Answer, project: Project) -> List[str]:
    """What a reply's name may end with to be said, the most common first."""
    # Lines for somebody who stands beside, such as "other_pregnant".
    beside = [f"other_{flag}" for flag in project.about if flag not in ("other", "self")]
    if answer.folder == CARDS:
        return ["more", *OF_A_CARD, *beside, *project.about]
    if answer.folder == CONCERNS:
        return [*OF_A_CONCERN, *beside, *project.about]
    return ["more", *project.facets]


def _said_in_any_language(answer: Answer, project: Project) -> Set[str]:
    """The replies of a file whose translations are said. What comes later or on demand is said in English."""
    name = f"utter_{answer.id}"
    if not answer.is_topic or answer.folder not in (CARDS, CONCERNS, STEPS):
        return set()
    endings = [] if answer.folder == STEPS else [*project.about, *(OF_A_CARD if answer.folder == CARDS else ())]
    return {name, *(f"{name}_{ending}" for ending in endings)}
