"""What is asked of a dataset: one file a task type."""
