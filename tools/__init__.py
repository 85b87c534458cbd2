"""Contributor tools: start, check, evaluate, measure."""
