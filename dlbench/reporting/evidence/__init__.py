"""What stands behind the numbers: predictions item by item, the search's trials, the inputs themselves."""
