"""Contestants made of other contestants' trials."""
