"""How well the trained model understands questions: reading them, and counting what came of it."""
