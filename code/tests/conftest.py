"""Lets the tests share `html_tags`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
