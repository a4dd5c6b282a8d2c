"""Scripts that run inside the store, so that comparing and counting happen where all meet."""

from hashlib import sha1
from importlib import resources
from typing import Any


class Script:
    """One script, sent once and then called by its digest."""

    def __init__(self, package: str, name: str, after: "Script | None" = None) -> None:
        """Read `<name>.lua` of a package; what it may use of another script stands before it."""
        folder = resources.files(package)
        own = folder.joinpath(f"{name}.lua").read_text("utf-8")
        self.text: str = f"{after.text}\n{own}" if after else own
        # The protocol names scripts by their SHA-1; nothing depends on it being hard to forge.
        self.digest = sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def queue(self, pipe: Any, key: str, *arguments: Any) -> None:  # noqa: ANN401 - redis-py's own
        """Add a call to a pipeline. It answers NOSCRIPT where the script was not loaded."""
        pipe.evalsha(self.digest, 1, key, *arguments)
