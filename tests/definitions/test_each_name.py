"""Names of things as cores and shells take them."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.definitions.each.naming import MOST_BYTES, service_names
from blinkenlights.definitions.each.shell import shell_word
from definitions.each import ICINGA_EACH, ICINGA_FILES, NAGIOS_FILES, NAGIOS_HOST, Each
from servers.icinga2 import Icinga2
from servers.nagios import Nagios

OF_ONE = re.compile("HEARTBEAT (OK: 1 component|WARNING: 1 of 1|CRITICAL: 1 of 1) ")
"""What a check says that is asked about one component."""
HOSTILE = [
    "Alive",
    "-v",
    "a;b!c|d>e",
    "$HOME",
    "$(id)`id`$ARG1$",
    "it's",
    'say "hi"',
    "back\\slash",
    "at the end\\",
    "100%s",
    "[x]",
    "*",
    "Größe",
    "☃ & sons",
    "#c",
    "}",
    "{{{ */",
    "..",
    "a  b",
    "x" * 255,
    "x" * 254 + "y",
]


def wrong_answers(each: Each, core: Nagios | Icinga2) -> dict[str, str]:
    """Let a core run the check of each service; returns what those say that ask for another."""
    said = {}
    for name in each.names():
        each.watched.report()
        said[name] = core.check("monitoring", name).text
    assert len(said) == len(HOSTILE) + 3
    return {name: text for name, text in said.items() if not OF_ONE.match(text)}


def test_nagios_runs_the_check_of_each_hostile_name(
    each: Each, nagios: Callable[..., Nagios], installed_checks: Path
) -> None:
    """It accepts the files without a warning, and each service is about its component alone."""
    each.watched.hear(*HOSTILE)
    each("--each", "*", "--kind", "component")
    core = nagios(
        [*NAGIOS_FILES, each.folder / "nagios" / "each.cfg"],
        NAGIOS_HOST,
        installed_checks,
        {
            "BLINKENLIGHTS_STORE_URL": each.watched.url,
            "BLINKENLIGHTS_STORE_PASSWORD_FILE": str(each.watched.password_file),
        },
    )

    verified = core.verify()
    assert "Total Warnings: 0" in verified.stdout, verified.stdout
    assert "Total Errors:   0" in verified.stdout
    core.process.start()
    assert wrong_answers(each, core) == {}


def test_icinga_runs_the_check_of_each_hostile_name(
    each: Each, icinga2: Callable[..., Icinga2], installed_checks: Path
) -> None:
    """It accepts the files without a warning, and each service is about its component alone."""
    each.watched.hear(*HOSTILE)
    each("--each", "*", "--kind", "component")
    core = icinga2(
        [*ICINGA_FILES, each.folder / ICINGA_EACH],
        f"""
object Host "monitoring" {{
  import "sample-host"
  import "blinkenlights-each"
  vars.blinkenlights_redis = "{each.watched.url}"
  vars.blinkenlights_password_file = "{each.watched.password_file}"
}}
""",
        installed_checks,
    )

    verified = core.verify()
    assert verified.returncode == 0, verified.stdout
    assert not re.search("(critical|warning)/", verified.stdout), verified.stdout
    core.process.start()
    assert wrong_answers(each, core) == {}


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(st.sets(NAMES, max_size=20))
def test_every_core_takes_the_names_of_services(names: set[str]) -> None:
    """They are short, of plain characters, and differ in more than case."""
    made = service_names(("blinkenlights-heartbeat-component", name) for name in names)

    assert len({name.lower() for name in made.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9._:/@-]+", name) for name in made.values())
    assert all(len(name) <= MOST_BYTES + 17 for name in made.values())


def test_nobody_takes_the_name_of_another_service() -> None:
    """A thing that is called as another's service would be has another service."""
    (odd,) = service_names([("x", "a!b")]).values()
    made = service_names([("x", "a!b"), ("x", odd.removeprefix("x-"))])

    assert len(set(made.values())) == 2
    assert made["x", "a!b"] == odd


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n"), max_size=40))
def test_a_word_says_the_same_to_the_shell(text: str) -> None:
    """Whatever is in a name, the shell hands it on as it is; the file sees nothing to act on."""
    word = shell_word(text)

    assert not re.search(r"[;!`\x00-\x1f]", word.replace("$$", ""))
    assert "$" not in word.replace("$$(printf", "")
    said = subprocess.run(
        ["/bin/sh", "-c", "printf %s " + word.replace("$$", "$")], capture_output=True, check=True
    )
    assert said.stdout.decode() == text
