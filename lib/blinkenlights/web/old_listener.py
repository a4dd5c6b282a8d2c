"""/machines and /machines/DATACENTER:MACHINE, exactly as the old listener answered them."""

from aiohttp import web

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine import read as machines
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.answers import as_json
from blinkenlights.web.old_listener_form import iso, listed
from blinkenlights.web.site import Asked


async def all_machines(asked: Asked) -> web.StreamResponse:
    """Answer with all machines that were ever seen, by name."""
    if asked.visitor.only_source is not None:
        return as_json([])
    seen = await asked.site.store.ask(_last_seen)
    return as_json(listed(sorted(seen.items())))


async def one_machine(asked: Asked) -> web.StreamResponse:
    """Answer with the time alone, a JSON text."""
    name = asked.named("machine")
    facts = {}
    if asked.visitor.only_source is None:
        facts = await asked.site.store.ask(lambda store: machines.facts_of(store, [name]))
    if name not in facts or not facts[name].seen:
        return web.Response(status=404, text="unknown machine")
    return as_json(iso(facts[name].seen))


def _last_seen(store: StoreReader) -> dict[str, float]:
    pools, retired = store.ask(("SMEMBERS", keys.POOLS), ("ZRANGE", keys.RETIRED, 0, -1))
    kept = {name: facts.seen for name, facts in machines.facts_of(store, retired).items()}
    seen = kept | (machines.last_seen(store, pools) if pools else {})
    return {name: time for name, time in seen.items() if time > 0}
