"""Which of these tests there are."""

import os

# Real messages belong to those who sent them: who has some names their folder.
collect_ignore = [] if "BLINKENLIGHTS_SAMPLES" in os.environ else ["test_decode_samples.py"]
