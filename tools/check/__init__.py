"""Checks every word, number and name under `data/`: `python -m tools.check`. Never imports rasa, so that it takes a second."""
