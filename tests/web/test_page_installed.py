"""The page as it is installed."""

from pathlib import Path

import blinkenlights.web


def test_templates_and_files_are_installed(installed_checks: Path) -> None:
    """A wheel brings every template, style and script that the source has."""
    source = Path(blinkenlights.web.__file__).parent
    wanted = {
        str(path.relative_to(source))
        for folder in ("templates", "static")
        for path in (source / folder).iterdir()
    }

    (installed,) = installed_checks.parent.glob("lib/python3*/site-packages/blinkenlights/web")

    assert len(wanted) > 10
    assert {name for name in wanted if not (installed / name).exists()} == set()
