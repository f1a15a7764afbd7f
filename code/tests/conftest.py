"""Lets the tests share `html_tags` and `mistakes`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
