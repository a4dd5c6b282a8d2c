"""A drawing as a file."""

from importlib import import_module
from pathlib import Path

from blinkenlights.errors import UsageError

PNG_LIBRARY = "cairosvg"


def write_picture(path: Path, svg: str) -> None:
    """Write a drawing as what the name of the file says; raises UsageError."""
    kind = path.suffix.lower()
    if kind == ".png":
        content = _png(svg)
    elif kind == ".svg":
        content = svg.encode()
    else:
        raise UsageError(f"--plot {path}: the name has to end in .svg or .png")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--plot {path} cannot be written: {error.strerror}") from None


def _png(svg: str) -> bytes:
    try:
        library = import_module(PNG_LIBRARY)
    except (ImportError, OSError):
        raise UsageError(
            f"PNG needs the Python package {PNG_LIBRARY}, which is not there; "
            "a name that ends in .svg needs nothing, and browsers show it"
        ) from None
    return bytes(library.svg2png(bytestring=svg.encode()))
