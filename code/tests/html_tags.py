"""A reader of HTML for the tests: which tags occur, and whether each one is closed."""

import html.parser


class Tags(html.parser.HTMLParser):
    """The tags that were seen and those that are still open."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
