"""Prints the lines that put the chat on a website: `python -m tools.embed https://chat.example [language]`."""

from __future__ import annotations

import argparse

from channels.web.embed import frame_snippet, script_snippet
from common.contacts import contact_words, contacts, fill
from common.paths import DATA, PROJECT
from common.yaml_files import read_yaml


def main() -> int:
    """Print both ways of embedding, with the hash of the widget's script as it is now."""
    parser = argparse.ArgumentParser(prog="python -m tools.embed", description=__doc__)
    parser.add_argument("server", nargs="?", default="https://YOUR-SERVER", help="the assistant's address, such as https://chat.example")
    parser.add_argument("language", nargs="?", default="en", choices=sorted(path.stem for path in (DATA / "web" / "pages").glob("*.yml")))
    chosen = parser.parse_args()
    server = chosen.server.rstrip("/")
    words = read_yaml(DATA / "web" / "pages" / f"{chosen.language}.yml")
    country = read_yaml(PROJECT / "endpoints.yml")["nlg"]["default_country"]
    assert country in contacts()["countries"]
    fallback = fill(words["home"]["embed_fallback"], contact_words(country, chosen.language))
    print(f"<!-- {words['home']['embed_script']} -->\n{script_snippet(server, chosen.language, fallback)}\n")
    print(f"<!-- {words['home']['embed_frame']} -->\n{frame_snippet(server, chosen.language, words['site']['name'])}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
