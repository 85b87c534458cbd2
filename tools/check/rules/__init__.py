"""The rules, one module each: a docstring that says what must hold, and `check(project)` that yields what does not."""
