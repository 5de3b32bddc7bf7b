"""Nouns, contracts, catalog and errors: only the standard library at import."""
