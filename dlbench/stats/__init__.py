"""Statistics: arrays in, numbers out. Imports nothing of dlbench."""
