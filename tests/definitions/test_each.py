"""`blinkenlights icinga --each` writes one service for each thing, and keeps them in step."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from blinkenlights.cli import main
from blinkenlights.kinds.alert.keys import RULES, Evaluated
from definitions.each import ICINGA_EACH, ICINGA_FILES, NAGIOS_FILES, NAGIOS_HOST, Each
from servers.icinga2 import Icinga2
from servers.nagios import Nagios
from servers.valkey import Valkey

pytestmark = pytest.mark.xdist_group("cores")

CHECK_OF_PUBLISHED = re.compile("SPEEDO OK: 1 client moving, 5 transfers a minute in all")


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
