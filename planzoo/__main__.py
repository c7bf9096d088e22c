"""Runs the command line: ``python -m planzoo``."""

import sys

from planzoo.baselines.cli import main

if __name__ == "__main__":
    sys.exit(main())
