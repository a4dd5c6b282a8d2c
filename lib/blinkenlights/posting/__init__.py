"""Results of probes on their way to where the files of endpoints want them posted."""
