"""A drawing as a file."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from blinkenlights.errors import UsageError

PNG_LIBRARY = "cairosvg"


def check_picture(path: Path) -> None:
    """Raise UsageError where no drawing can be written as what the name of the file says."""
    kind = path.suffix.lower()
    if kind not in {".svg", ".png"}:
        raise UsageError(f"--plot {path}: the name has to end in .svg or .png")
    if kind == ".png":
        _png_library()


def write_picture(path: Path, svg: str) -> None:
    """Write a drawing as what the name of the file says; raises UsageError."""
    check_picture(path)
    content = _png(svg) if path.suffix.lower() == ".png" else svg.encode()
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--plot {path} cannot be written: {error.strerror}") from None


def _png(svg: str) -> bytes:
    return bytes(_png_library().svg2png(bytestring=svg.encode()))


def _png_library() -> ModuleType:
    try:
        return import_module(PNG_LIBRARY)
    except (ImportError, OSError):
        raise UsageError(
            f"PNG needs the Python package {PNG_LIBRARY}, which is not there; "
            "a name that ends in .svg needs nothing, and browsers show it"
        ) from None
