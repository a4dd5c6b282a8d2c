"""Which tests of kinds there are."""

import os

# Real messages belong to those who sent them: who has some names their folder, one for all kinds.
collect_ignore_glob = [] if "SAMPLES_FOLDER" in os.environ else ["*/test_decode_samples.py"]
