"""Turn the book's pages into clean notebooks: plain Markdown and code cells, nothing of MyST."""
