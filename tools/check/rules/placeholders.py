"""Names in braces are ones that the assistant can fill, and nothing else stands in braces."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import WEB, Project
from tools.check.wording import PLACE


def check(project: Project) -> Iterator[Problem]:
    """Report unknown names, and lone braces, which would reach the reader or lose the reply."""
    everywhere = {"country", "emergency", *project.places}
    by_actions = project.style["filled_by_actions"]
    by_website = set(project.style["filled_by_website"])
    for piece in project.texts:
        if piece.file.path.startswith(WEB):
            known = everywhere | by_website
        else:
            known = everywhere | set(by_actions.get(piece.subject, [])) if piece.keys[-1] == "text" else set()
        for name in PLACE.findall(piece.text):
            if name not in known:
                allowed = f"use one of: {', '.join(sorted(known))}" if known else "names are filled in replies only, so write it out"
                yield Problem(piece.file.path, piece.line(f"{{{name}}}"), f"nothing fills {{{name}}} here; {allowed}")
        for brace in set("{}") & set(PLACE.sub("", piece.text)):
            yield Problem(piece.file.path, piece.line(brace), f"a lone '{brace}'; leave it out")
