"""Models out of the store: folders that answer, and that can be made again, without dlbench."""
