"""Programs that stand in for the real ones, with one part broken on purpose."""
