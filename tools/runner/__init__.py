"""What Python in the page is made of, besides Pyodide's own files."""
