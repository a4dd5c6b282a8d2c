"""One probe over the network: from what an endpoint wants to be asked to what came of it.

`Asker.ask` is the way in. Here nothing is judged, and nobody is asked twice because it failed once.
"""

from blinkenlights.probe.asking.asker import Asker

__all__ = ["Asker"]
