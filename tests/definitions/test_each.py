"""`blinkenlights icinga --each` writes one service for each thing, and keeps them in step."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.cli import main
from blinkenlights.definitions.each.naming import MOST_BYTES, service_names
from blinkenlights.definitions.each.shell import shell_word
from blinkenlights.kinds.alert.keys import RULES, Evaluated
from servers.icinga2 import Icinga2
from servers.nagios import Nagios
from servers.valkey import Valkey
from servers.watched import Watched

pytestmark = pytest.mark.xdist_group("cores")

ICINGA = Path(__file__).parents[2] / "icinga"
ICINGA_FILES = [
    ICINGA / "icinga2" / f"blinkenlights-{name}.conf"
    for name in ("commands", "templates", "services")
]
NAGIOS_FILES = [
    ICINGA / "nagios" / f"{name}.cfg" for name in ("commands", "services", "servicedependencies")
]
NAGIOS_HOST = """\
define host {
    use          sample-host
    host_name    monitoring
    hostgroups   blinkenlights
}
"""
ICINGA_EACH = "icinga2/blinkenlights-each.conf"
CHECK_OF_PUBLISHED = re.compile("SPEEDO OK: 1 client moving, 5 transfers a minute in all")
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


class Each:
    """The command, with a store and a folder."""

    def __init__(self, watched: Watched, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.watched = watched
        self.folder = folder
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        """Run it, and return its exit code."""
        store = ("--redis", self.watched.url, "--password-file", str(self.watched.password_file))
        config = ("--config", self._config())
        code = main(["icinga", "--output", str(self.folder), *config, *store, *words])
        self.out, self.err = self._capsys.readouterr()
        return code

    def text(self, path: str) -> str:
        """Return one of the files."""
        return (self.folder / path).read_text("utf-8")

    def names(self) -> list[str]:
        """Return the names of the services, which are the same for all cores."""
        nagios = re.findall(
            r"^    service_description +(\S+)$", self.text("nagios/each.cfg"), re.MULTILINE
        )
        icinga = re.findall(r'blinkenlights_things\["([^"]+)"\]', self.text(ICINGA_EACH))
        nrpe = re.findall(
            r"^command\[([^]]+)\]", self.text("nrpe/blinkenlights-each.cfg"), re.MULTILINE
        )
        (basket,) = json.loads(self.text("director/each.json"))["ServiceSet"].values()
        assert nagios == icinga == nrpe == [each["object_name"] for each in basket["services"]]
        return nagios

    def _config(self) -> str:
        path = self.folder.with_name("blinkenlights.toml")
        path.write_text('[web]\nurl = "https://monitoring.example.com/fleet"\n')
        return str(path)


@pytest.fixture
def each(watched: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Each:
    """Give the command with a store that knows things of every kind."""
    return Each(watched, tmp_path / "each", capsys)


def wrong_answers(each: Each, core: Nagios | Icinga2) -> dict[str, str]:
    """Let a core run the check of each service; returns what those say that ask for another."""
    said = {}
    for name in each.names():
        each.watched.report()
        said[name] = core.check("monitoring", name).text
    assert len(said) == len(HOSTILE) + 3
    return {name: text for name, text in said.items() if not OF_ONE.match(text)}


def test_each_thing_has_a_service_for_every_core(each: Each) -> None:
    """Components, clients, sources and machines are found, with each check that asks for one."""
    code = each("--each", "*")

    assert code == 3
    names = each.names()
    assert {
        "blinkenlights-heartbeat-component-alive",
        "blinkenlights-speedo-client-moving",
        "blinkenlights-delivery-client-moving",
        "blinkenlights-speedo-source-metpx",
        "blinkenlights-machine-machine-mdc1:failing",
    } <= set(names)
    assert "--name=alive" in each.text("nagios/each.cfg")
    assert "--config /etc/blinkenlights/checks.toml --name=alive\n" in each.text(
        "nrpe/blinkenlights-each.cfg"
    )


def test_each_rule_has_a_service(each: Each) -> None:
    """Whoever has rules beside a core is notified by the core as well."""
    rule = Evaluated(0.0, 15.0, "metric", 1, 0.0, 0, [], 0, "", "a.yml", 1, "page", {}, "")
    each.watched.server.client().hset(RULES, "queue is long", json.dumps(rule._asdict()))

    code = each("--each", "*", "--kind", "rule")

    assert code == 3
    assert len(each.names()) == 1
    assert "queue is long" in each.text("nagios/each.cfg")
    assert 'blinkenlights_rule_rule = [ "queue is long" ]' in each.text(ICINGA_EACH)


def test_kind_check_and_glob_choose(each: Each) -> None:
    """What is not asked for has no service."""
    each("--each", "*ing", "--kind", "client", "--check", "speedo")

    assert each.names() == [
        "blinkenlights-speedo-client-failing",
        "blinkenlights-speedo-client-moving",
    ]


def test_a_group_has_one_service(each: Each) -> None:
    """Its members have none of their own, and a group in which nobody is has none either."""
    each("--each", "*", "--group", "quiet=[ls]*", "--group", "none=zzz*", "--kind", "component")

    assert each.names() == [
        "blinkenlights-heartbeat-component-alive",
        "blinkenlights-heartbeat-component-group-quiet",
    ]
    assert "--name='[ls]*'" in each.text("nagios/each.cfg")
    assert "fleet/?kind=component&name=%5Bls%5D%2A" in each.text("nagios/each.cfg")


def test_who_is_published_only_has_a_service(each: Each) -> None:
    """Of whom others tell, and who is not counted here, a check is asked by their speedos."""
    each.watched.publish(
        ("client", "moving"), ("client", "remote"), ("source", "far"), ("all", "clients")
    )

    each("--each", "*", "--group", "r=re*", "--kind", "client", "--kind", "source")

    assert [name for name in each.names() if "published" in name] == [
        "blinkenlights-speedo-client-published-group-r",
        "blinkenlights-speedo-source-published-far",
    ]
    assert "blinkenlights-speedo!--published --source=far\n" in each.text("nagios/each.cfg")
    assert "check_speedo --config /etc/blinkenlights/checks.toml --published --source=far\n" in (
        each.text("nrpe/blinkenlights-each.cfg")
    )
    assert (
        'vars = { blinkenlights_speedo_source = [ "far" ], blinkenlights_speedo_published = true }'
    ) in each.text(ICINGA_EACH)
    (basket,) = json.loads(each.text("director/each.json"))["ServiceSet"].values()
    [far] = [one for one in basket["services"] if one["object_name"].endswith("published-far")]
    assert far["vars"] == {
        "blinkenlights_speedo_source": ["far"],
        "blinkenlights_speedo_published": True,
    }
    assert "notes_url" not in far


def test_cores_ask_by_the_speedos_of_others(
    each: Each,
    nagios: Callable[..., Nagios],
    icinga2: Callable[..., Icinga2],
    installed_checks: Path,
) -> None:
    """Both cores hand the option on."""
    each.watched.publish(("client", "remote"))
    each("--each", "remote")
    store, password = each.watched.url, each.watched.password_file
    by_nagios = nagios(
        [*NAGIOS_FILES, each.folder / "nagios" / "each.cfg"],
        NAGIOS_HOST,
        installed_checks,
        {"BLINKENLIGHTS_STORE_URL": store, "BLINKENLIGHTS_STORE_PASSWORD_FILE": str(password)},
    )
    by_icinga = icinga2(
        [*ICINGA_FILES, each.folder / ICINGA_EACH],
        f"""
object Host "monitoring" {{
  import "sample-host"
  import "blinkenlights-each"
  vars.blinkenlights_redis = "{store}"
  vars.blinkenlights_password_file = "{password}"
}}
""",
        installed_checks,
    )

    for core in (by_nagios, by_icinga):
        core.process.start()
        each.watched.report()
        said = core.check("monitoring", "blinkenlights-speedo-client-published-remote").text
        assert CHECK_OF_PUBLISHED.match(said), said


def test_services_lead_to_the_page_of_their_thing(each: Each) -> None:
    """`url` in [web] makes notes_url and action_url; without one there are none."""
    each("--each", "alive")
    page = "https://monitoring.example.com/fleet/one?kind=component&name=alive"
    for path in ("nagios/each.cfg", "director/each.json"):
        assert (
            len(re.findall(rf'(notes|action)_url\W+{re.escape(page)}"?,?\n', each.text(path))) == 2
        )
    assert f'url = "{page}"' in each.text(ICINGA_EACH)

    each("--each", "alive", "--web-url", "")

    assert "_url  " not in each.text("nagios/each.cfg")
    assert "https:" not in each.text(ICINGA_EACH)


def test_it_is_kept_in_step(each: Each) -> None:
    """What is unchanged exits with 0; new ones come and forgotten ones go, with a diff and a 3."""
    store = ("--redis", each.watched.url, "--password-file", str(each.watched.password_file))
    assert each("--each", "*") == 3
    assert each("--each", "*") == 0
    assert each.out == ""
    each.watched.hear("new")

    assert each("--each", "*", "--dry-run") == 3
    assert "blinkenlights-heartbeat-component-new" not in each.names()
    assert each("--each", "*") == 3
    assert "+    service_description      blinkenlights-heartbeat-component-new\n" in each.out
    assert "blinkenlights-heartbeat-component-new" in each.names()
    assert main(["expect", "--retired", "alive", *store]) == 0
    assert main(["forget", "new", *store]) == 0
    assert each("--each", "*") == 3
    assert "-    service_description      blinkenlights-heartbeat-component-new\n" in each.out
    assert not {"new", "alive"} & {name.rpartition("-")[2] for name in each.names()}
    assert each("--each", "*") == 0


def test_a_store_that_lost_everything_removes_no_service(
    each: Each, own_valkey: Callable[..., Valkey]
) -> None:
    """A new store is refused; one that knows less than half is, until somebody says it is right."""
    each("--each", "*", "--kind", "component")
    before = each.names()
    new = own_valkey()
    refused = main(["icinga", "--output", str(each.folder), "--each", "*", "--redis", new.url])
    fewer = each("--each", "alive", "--kind", "component")

    assert (refused, fewer) == (1, 2)
    assert "2 of 3 services" in each.err
    assert each.names() == before
    assert each("--each", "alive", "--kind", "component", "--shrink") == 3
    assert each.names() == ["blinkenlights-heartbeat-component-alive"]


def test_invented_names_do_not_flood_a_core(each: Each) -> None:
    """More services than --most are refused."""
    assert each("--each", "*", "--most", "2") == 2
    assert "more than 2 services" in each.err
    assert not each.folder.exists()


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


def test_nothing_known_is_an_empty_file_that_cores_accept(
    each: Each, nagios: Callable[..., Nagios], icinga2: Callable[..., Icinga2], tmp_path: Path
) -> None:
    """A glob that nothing matches writes files without services, without a warning of any core."""
    each("--each", "zzz")
    files = [*NAGIOS_FILES, each.folder / "nagios" / "each.cfg"]
    by_nagios = nagios(files, NAGIOS_HOST, tmp_path, {}).verify()
    host = 'object Host "x" { import "sample-host"\nimport "blinkenlights-each" }\n'
    by_icinga = icinga2([*ICINGA_FILES, each.folder / ICINGA_EACH], host, tmp_path).verify()

    assert each.names() == []
    assert "Total Warnings: 0" in by_nagios.stdout
    assert "Total Errors:   0" in by_nagios.stdout
    assert by_icinga.returncode == 0, by_icinga.stdout
    assert "warning/" not in by_icinga.stdout


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
