"""Where the project's data lie, whatever folder a command was started from."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"
CONTACTS = DATA / "emergency" / "contacts.yml"
EMERGENCY = DATA / "emergency"
ENTITIES = DATA / "entities"
