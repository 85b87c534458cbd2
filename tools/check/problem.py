"""What a rule says of a place that breaks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One break of one rule.

    Attributes:
        path: the file, relative to the project's root.
        line: where in the file, from 1.
        message: what is wrong; how to mend it.
        subject: what an exception to the rule is written for; the path unless the rule says otherwise.
        warning: whether the check passes all the same.
        rule: the rule's name; the run fills it in.

    """

    path: str
    line: int
    message: str
    subject: str = ""
    warning: bool = False
    rule: str = ""

    def __str__(self) -> str:
        """One line, in the form that editors turn into a link."""
        return f"{self.path}:{self.line}: {self.rule}: {'warning: ' if self.warning else ''}{self.message}"
