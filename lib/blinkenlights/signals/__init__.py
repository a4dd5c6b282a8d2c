"""One module per kind of signal: wire bytes in, facts out. Pure: no I/O and no clock of its own.

A kind is added with a module here and a line in `KINDS`.
"""

from blinkenlights.signals import heartbeat

KINDS = {"heartbeat": heartbeat.parse}
"""Name of a kind, as a source is configured with it, to its parser."""
