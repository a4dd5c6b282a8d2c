"""One module per kind of signal: wire bytes in, facts out. Pure: no I/O and no clock of its own.

A kind is added with a module here and a line in `KINDS`.
"""
