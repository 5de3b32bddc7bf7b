"""The command line: one file a verb; arguments to one API call to print."""
