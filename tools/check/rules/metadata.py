"""Every topic has a title, a review date and, if it is an answer, its sources, the planned topics and related topics."""

from __future__ import annotations

from typing import Dict, Iterator

from tools.check.answers import CALM, STEPS
from tools.check.problem import Problem
from tools.check.project import Project

ALWAYS = ("title", "reviewed")
WITH_FACTS = ("title", "covers", "sources", "reviewed", "related")
# Said in a talk that goes on, or about nothing in particular.
WITHOUT_FACTS = ("conversation", STEPS, CALM)


def check(project: Project) -> Iterator[Problem]:
    """Report what is missing, metadata that nothing reads, and facets that can't be asked for or belong to two topics."""
    facets: Dict[str, str] = {}
    for answer in project.topics:
        path = answer.file.path
        wanted = ALWAYS if answer.folder in WITHOUT_FACTS else WITH_FACTS
        for name in wanted:
            if name not in answer.metadata:
                yield Problem(path, answer.line(), f"the metadata of {answer.id} lack {name}; add it")
        for reply in answer.replies:
            if reply.metadata and reply is not answer.main:
                yield Problem(path, reply.line("metadata"), f"only the main reply's metadata are read; move them to utter_{answer.id}")
        facet = answer.metadata.get("facet")
        if facet and facet not in project.facets:
            known = ", ".join(project.facets)
            yield Problem(path, answer.line("facet"), f"no facet is called {facet}; use one of data/entities/facets.yml: {known}")
        if facet in facets:
            yield Problem(path, answer.line("facet"), f"{facets[facet]} answers the facet {facet} already; leave it to one of them")
        if facet:
            facets.setdefault(facet, answer.id)
