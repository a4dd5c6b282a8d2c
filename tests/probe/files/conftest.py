"""What is read from the published files needs their folder."""

import os

collect_ignore_glob = [] if "SAMPLES_FOLDER" in os.environ else ["test_published_samples.py"]
