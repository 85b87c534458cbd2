"""Where the project's data lie, whatever folder a command was started from."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"
CONTACTS = DATA / "emergency" / "contacts.yml"
EMERGENCY = DATA / "emergency"
ENTITIES = DATA / "entities"
# Where `make setup` puts the sentence encoder's published files (`tools.unpack_encoder`).
ENCODER = Path(sys.prefix) / "share" / "all-mpnet-base-v2"
