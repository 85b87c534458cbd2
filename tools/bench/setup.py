"""Makes both bots ready: an environment each, the stock bot, and a snapshot of this project."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
from pathlib import Path
from typing import Callable

from common.paths import PROJECT
from tools.bench.bots import OURS, STOCK, Bot
from tools.bench.processes import BenchError, run

UV = PROJECT / ".venv-tools" / "bin" / "uv"
INSTALL_SECONDS = 1200
INIT_SECONDS = 1800
COMPILE_SECONDS = 900
SNAPSHOT = ("actions", "channels", "common", "components", "data", "tools", "config.yml", "credentials.yml", "domain.yml", "endpoints.yml")


def prepare(say: Callable[[str], None]) -> None:
    """Bring both bots up to date; what is ready already is not made again.

    Raises:
        BenchError: uv is missing, or a step failed.

    """
    if not UV.is_file():
        raise BenchError("uv is missing: run 'make setup'")
    _make_environment(STOCK, say, ["install", f"rasa=={importlib.metadata.version('rasa')}"])
    _make_environment(OURS, say, ["sync", "--require-hashes", str(PROJECT / "requirements.txt")])
    _make_stock_bot(say)
    _take_snapshot()


def _make_environment(bot: Bot, say: Callable[[str], None], install: list[str]) -> None:
    """Install into the bot's environment, and compile all modules: what a first start would do, out of the timing's way."""
    bot.home.mkdir(parents=True, exist_ok=True)
    stamp = bot.home / "environment.txt"
    wanted = " ".join(install[:-1]) + "\n" + (Path(install[-1]).read_text(encoding="utf-8") if Path(install[-1]).is_file() else install[-1])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say(f"Installing the environment of {bot.name} …")
    # uv would read this project's overrides from any folder below it, and the stock bot is to have Rasa's own choice.
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(outside)
        (folder / ".python-version").write_text("3.10\n", encoding="utf-8")
        run([str(UV), "venv", "--quiet", "--allow-existing", "--python", "3.10", str(bot.environment)], folder, bot.log, INSTALL_SECONDS)
        command = [str(UV), "pip", install[0], "--quiet", "--python", str(bot.environment), *install[1:]]
        run(command, folder, bot.log, INSTALL_SECONDS)
    # Some packages carry files for other Pythons, which do not compile: the exit code says nothing.
    compile_all = [bot.python, "-c", f"import compileall; compileall.compile_dir({str(bot.environment / 'lib')!r}, quiet=2, workers=0)"]
    run(compile_all, bot.home, bot.log, COMPILE_SECONDS)
    stamp.write_text(wanted, encoding="utf-8")


def _make_stock_bot(say: Callable[[str], None]) -> None:
    if (STOCK.folder / "domain.yml").is_file():
        return
    say("Making the stock bot with rasa init (it trains itself once) …")
    STOCK.folder.mkdir(parents=True, exist_ok=True)
    run([STOCK.python, "-m", "rasa", "init", "--no-prompt", "--init-dir", str(STOCK.folder)], STOCK.home, STOCK.log, INIT_SECONDS)


def _take_snapshot() -> None:
    """Copy this project, so that nobody's edit during the run changes what is measured."""
    shutil.rmtree(OURS.folder, ignore_errors=True)
    OURS.folder.mkdir(parents=True)
    for name in SNAPSHOT:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, OURS.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, OURS.folder / name)


def installed_megabytes(bot: Bot) -> float:
    """The size of an environment's files without compiled modules; a file that uv shares by a hard link counts in full."""
    files = (path for path in bot.environment.rglob("*") if path.is_file() and not path.is_symlink() and path.suffix != ".pyc")
    return sum(path.stat().st_size for path in files) / 1e6
