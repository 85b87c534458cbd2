"""The website widget in a real browser."""
