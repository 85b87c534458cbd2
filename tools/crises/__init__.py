"""How well dangers are seen: the held-out emergencies, innocents, boundaries and scenes."""
