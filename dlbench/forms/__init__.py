"""The shapes of predictions, and the truth they are held against."""
