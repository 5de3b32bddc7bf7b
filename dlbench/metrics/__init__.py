"""The judges: one file a metric. They see truth and prediction, never a contestant."""
