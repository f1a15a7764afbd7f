"""A program in a terminal of its own, what its screen shows, and that screen as a picture."""
