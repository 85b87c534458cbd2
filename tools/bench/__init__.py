"""Measures the assistant beside the bot that `rasa init` makes, on the same machine and in the same run."""
