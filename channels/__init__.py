"""The ways in which people reach the assistant. Each is a Rasa input channel, named in credentials.yml by its dotted path."""
