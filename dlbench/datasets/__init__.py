"""Where data comes from: one file a dataset."""
