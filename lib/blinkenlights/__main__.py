"""`python -m blinkenlights` is the command `blinkenlights`."""

import sys

from blinkenlights.cli import main

sys.exit(main())
