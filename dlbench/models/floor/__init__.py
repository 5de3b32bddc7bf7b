"""Trivial answers: one file a model."""
