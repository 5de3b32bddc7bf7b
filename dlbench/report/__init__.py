"""Records to decided rows to terminal, Markdown, JSON and CSV."""
