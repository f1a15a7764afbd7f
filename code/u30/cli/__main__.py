"""`python -m u30.cli` is `u30`."""

import sys

from u30.cli.main import main

sys.exit(main())
