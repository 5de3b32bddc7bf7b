"""All runs of a results folder as pages for a browser on this machine."""
