"""Folders of YAML files: read with file and line for each mistake, and watched."""
