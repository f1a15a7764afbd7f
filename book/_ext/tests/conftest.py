"""Lets the tests share `course_files`, the small course they are written against."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
