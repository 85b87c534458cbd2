"""The custom actions. Each picks curated texts; none makes up a word."""
