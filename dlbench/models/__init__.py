"""The contestants' models."""
