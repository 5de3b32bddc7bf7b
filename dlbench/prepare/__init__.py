"""Shared input work: containers of inputs, and what is done to them before a model sees them."""
