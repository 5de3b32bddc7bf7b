"""From plan to records: one job, its search, the processes that run it."""
