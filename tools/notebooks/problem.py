"""The one error of the export: what is wrong, on which page, in which line."""


class PageError(Exception):
    """A page that cannot become a clean notebook."""

    def __init__(self, page: str, line: int, message: str) -> None:
        super().__init__(f"{page}.md:{line}: {message}")
