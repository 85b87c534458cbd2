"""What the handwritten documents say of the repository is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from common.answer_set import answer_files
from common.contacts import contact_words
from common.paths import PROJECT
from common.yaml_files import read_yaml
from tools import launch
from tools.rasa_quietly import QUIET

DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [
    PROJECT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/operations.md",
        "docs/content-guide.md",
        "docs/web.md",
        "docs/telegram.md",
    )
]
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
FOLDERS = ("actions", "channels", "common", "components", "data", "docs", "tests", "tools")


@pytest.mark.parametrize("document", [*DOCUMENTS, *DECISIONS], ids=lambda path: path.stem)
def test_every_path_and_command_exists(document: Path):
    text = document.read_text(encoding="utf-8")
    paths = re.findall(rf"(?<![\w/.])((?:{'|'.join(FOLDERS)})/[\w./-]*\w/?)(?![\w<*])", re.sub(r"`[^`\n]*<[^`\n]*`", "", text))
    assert [path for path in paths if not (PROJECT / path).exists()] == []
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.M)
    commands = re.findall(r"(?:`|^)make ([a-z-]+)", text, re.M)
    assert [command for command in commands if command not in targets] == []


def test_decisions_are_numbered_and_keep_their_doubts():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert [heading for heading in ("Context", "Decision", "Doubts kept", "Consequences") if f"\n## {heading}\n" not in text] == [], (
            path.name
        )


def settings() -> dict[str, object]:
    """Every setting that an operator may change, by the name in the table, with what is shipped."""
    endpoints = read_yaml(PROJECT / "endpoints.yml")
    found = {f"{part}.{key}": value for part in ("nlg", "tracker_store") for key, value in endpoints[part].items() if key != "type"}
    telegram = read_yaml(PROJECT / "credentials.yml")["channels.telegram.TelegramInput"]
    found.update({f"telegram.{name}": value for name, value in telegram.items()})
    found["session_expiration_time"] = read_yaml(PROJECT / "domain.yml")["session_config"]["session_expiration_time"]
    found.update(read_yaml(PROJECT / "credentials.yml")["channels.web.channel.WebChannel"])
    for component in read_yaml(PROJECT / "config.yml")["pipeline"]:
        found.update({key: value for key, value in component.items() if key.endswith("threshold")})
    return found


@pytest.mark.parametrize(("name", "shipped"), settings().items())
def test_every_setting_is_in_the_operators_table_with_what_is_shipped(name: str, shipped: object):
    row = re.search(rf"^\| `{re.escape(name)}` \| `[\w.]+` \| `?(.*?)`? \|", OPERATIONS, re.M)
    assert row, f"docs/operations.md has no row for {name}"
    assert row[1] == str(shipped)


@pytest.mark.parametrize("name", [*QUIET, *launch.ONE_THREAD, *launch.FREE_MEMORY])
def test_every_variable_that_the_launcher_sets_is_documented(name: str):
    assert f"`{name}`" in OPERATIONS


def test_the_readmes_conversation_is_what_the_assistant_says():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    talk = re.search(r"^Your input.*?(?=^```)", readme, re.M | re.S)
    assert talk
    texts = [reply[0]["text"] for path in answer_files() for reply in (read_yaml(path).get("responses") or {}).values()]
    said = []
    for code in ("US", "IE"):
        words = contact_words(code)
        said += [plain(re.sub(r"\{(\w+)\}", lambda place, words=words: words.get(place[1], place[0]), text)) for text in texts]
    replies = [part for part in talk[0].split("\n\n") if not part.startswith("Your input")]
    assert len(replies) > len(re.findall("^Your input", talk[0], re.M))
    for reply in replies:
        pieces = [piece for piece in map(plain, reply.split("[…]")) if piece]
        assert any(all(piece in text for piece in pieces) for text in said), reply


def plain(text: str) -> str:
    """The text without the line breaks of its page."""
    return " ".join(text.split())
