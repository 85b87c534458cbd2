"""The two bots: where each one lies, and the commands that train and start it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

from common.paths import PROJECT

BENCH = PROJECT / ".bench"
HOST = "127.0.0.1"
MODEL_NAME = "bench"


@dataclass(frozen=True)
class Bot:
    """A bot in a folder of its own, with an environment of its own."""

    name: str
    # In the command line of the process that is Rasa.
    rasa_mark: str

    @property
    def home(self) -> Path:
        """All that is the bot's."""
        return BENCH / self.name

    @property
    def folder(self) -> Path:
        """The Rasa project."""
        return self.home / "bot"

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.home / ".venv"

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.environment / "bin" / "python")

    @property
    def models(self) -> Path:
        """Where the bench trains to."""
        return self.home / "models"

    @property
    def model(self) -> Path:
        """The model that the bench trained."""
        return self.models / f"{MODEL_NAME}.tar.gz"

    @property
    def log(self) -> Path:
        """What the last command said."""
        return self.home / "last.log"

    def train(self) -> List[str]:
        """The command that a reader of Rasa's documentation types, the same for both."""
        return [self.python, "-m", "rasa", "train", "--force", *self._where()]

    def _where(self) -> List[str]:
        return ["--out", str(self.models), "--fixed-model-name", MODEL_NAME]

    def serve(self, ports: Dict[str, int]) -> List[str]:
        """The command that starts it, on free ports."""
        raise NotImplementedError


class StockBot(Bot):
    """The bot as `rasa init` makes it: no action server, since its dialogues need none."""

    def serve(self, ports: Dict[str, int]) -> List[str]:
        """Rasa alone."""
        return [self.python, "-m", "rasa", "run", "--interface", HOST, "--port", str(ports["rasa"]), "--model", str(self.model)]


class OurBot(Bot):
    """The project itself, with the action server in the path of every answer."""

    def train_as_make_does(self) -> List[str]:
        """What `make train` runs: without Rasa's own validation, which `make test` does."""
        return [self.python, "-W", "ignore", "-m", "tools.rasa_quietly", "train", "--skip-validation", "--quiet", "--force", *self._where()]

    def serve(self, ports: Dict[str, int]) -> List[str]:
        """What `make serve` runs."""
        numbers = ["--port", str(ports["rasa"]), "--action-port", str(ports["actions"])]
        return [self.python, "-m", "tools.launch", "serve", *numbers, "--model", str(self.model)]


STOCK = StockBot("stock", rasa_mark="-m rasa run")
OURS = OurBot("ours", rasa_mark="tools.rasa_quietly run")
