"""The website says the same in each of its languages, names every country, and its English reads easily."""

from __future__ import annotations

from typing import Dict, Iterator, List, Set, Tuple

from common.contacts import ENGLISH
from tools.check.problem import Problem
from tools.check.project import WEB, Project, texts_in
from tools.check.rules.reading_grade import FEWEST_WORDS, HIGHEST, NAME, grade
from tools.check.wording import PLACE, whole_words
from tools.check.yaml_file import Key, YamlFile

# Full answers are in English only, so no other language offers questions to start with.
ENGLISH_ONLY = "starter_"
COUNTRIES = f"{WEB}countries.yml"
Keys = Tuple[Key, ...]


def check(project: Project) -> Iterator[Problem]:
    """Report words and names in braces that one language has and another lacks, countries without a name, and hard sentences."""
    for folder in ("strings", "replies", "pages"):
        yield from _same_in_all_languages(project, f"{WEB}{folder}/")
    yield from _countries(project)
    yield from _grades(project)


def _same_in_all_languages(project: Project, folder: str) -> Iterator[Problem]:
    english = project.files.get(f"{folder}{ENGLISH}.yml")
    if english is None:
        yield Problem(f"{folder}{ENGLISH}.yml", 1, "this file is missing; bring it back")
        return
    wanted = _texts(english)
    for path, file in project.files.items():
        if not path.startswith(folder) or file is english:
            continue
        found = _texts(file)
        for keys in [keys for keys in wanted if keys not in found and not str(keys[-1]).startswith(ENGLISH_ONLY)]:
            yield Problem(path, file.line(*keys), f"{_name(keys)} is missing; {english.path} has it")
        for keys in found:
            if keys not in wanted:
                yield Problem(path, file.line(*keys), f"{_name(keys)} is not in {english.path}; add it there, or take it out")
            elif _places(found[keys]) != _places(wanted[keys]):
                names = ", ".join(sorted(_places(wanted[keys]))) or "none"
                yield Problem(path, file.line(*keys), f"{_name(keys)} has other names in braces than {english.path}: use {names}")


def _countries(project: Project) -> Iterator[Problem]:
    file = project.files[COUNTRIES]
    for language, names in file.data.items():
        for code in project.countries:
            if code not in names:
                yield Problem(COUNTRIES, file.line(language), f"{language} has no name for {code}; add it")
        for code in names:
            if code not in project.countries:
                yield Problem(COUNTRIES, file.line(language, code), f"{code} has no contacts; take it out")


def _grades(project: Project) -> Iterator[Problem]:
    """The grade is one of English. A page's list is read as one text, as a reply's is."""
    names = whole_words(tuple(project.style["short_names"]))
    for path, file in project.files.items():
        if not (path.startswith(WEB) and path.endswith(f"/{ENGLISH}.yml")):
            continue
        together: Dict[Keys, List[str]] = {}
        for keys, text in _texts(file).items():
            together.setdefault(keys[:-1] if "points" in keys else keys, []).append(text)
        for keys, texts in together.items():
            text = "\n".join(texts)
            found = grade(names.sub(NAME, PLACE.sub(NAME, text)))
            if len(text.split()) >= FEWEST_WORDS and found > HIGHEST:
                message = (
                    f"{_name(keys)} reads at grade {found:.1f}, above {HIGHEST:.0f}; make its sentences shorter and its words more common"
                )
                yield Problem(path, file.line(*keys), message, f"{path} {_name(keys)}")


def _texts(file: YamlFile) -> Dict[Keys, str]:
    return dict(texts_in(file.data))


def _places(text: str) -> Set[str]:
    return set(PLACE.findall(text))


def _name(keys: Keys) -> str:
    return ".".join(str(key) for key in keys)
