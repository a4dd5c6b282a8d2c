"""The same as commands that an administrator can read first and then paste."""

import json
from collections.abc import Iterator, Sequence
from shlex import quote

from blinkenlights.commands.broker.plan import Plan, User

HEAD = """\
# On a node of the broker, as root: exchanges and queues that are there already stay as they are.
definitions=$(mktemp) && chmod 644 "$definitions" && cat > "$definitions" <<'END'
"""
# From standard input the rabbitmqctl of RabbitMQ 4 reads for ever.
IMPORT = """
END
rabbitmqctl import_definitions --format json "$definitions"
rm "$definitions"
"""


def shell_commands(plan: Plan) -> str:
    """Return the commands; they make passwords of their own, in files, and print none."""
    return HEAD + _definitions(plan) + IMPORT + "".join(_users(plan.vhost, plan.users))


def _definitions(plan: Plan) -> str:
    """Return exchanges, queues and bindings as RabbitMQ exports and imports them."""
    common = {"vhost": plan.vhost, "durable": True, "auto_delete": False, "arguments": {}}
    exchanges = [
        {"name": each.name, "type": each.type, "internal": False, **common}
        for each in plan.exchanges
    ]
    queues = [{"name": each.name, **common} for each in plan.queues]
    bindings = [
        {
            "vhost": plan.vhost,
            "source": each.exchange,
            "destination": each.name,
            "destination_type": "queue",
            "routing_key": key,
            "arguments": {},
        }
        for each in plan.queues
        for key in each.keys
    ]
    lists: dict[str, Sequence[object]]
    lists = {"exchanges": exchanges, "queues": queues, "bindings": bindings}
    parts = [
        f' "{name}": [\n' + ",\n".join(f"  {json.dumps(each)}" for each in items) + "\n ]"
        for name, items in lists.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}"


def _users(vhost: str, users: tuple[User, ...]) -> Iterator[str]:
    for each in users:
        user, host, password = quote(each.name), quote(vhost), quote(f"{each.name}.password")
        rights = " ".join(map(quote, each.rights.values()))
        topics = " ".join(map(quote, (each.exchange, each.write_keys, each.read_keys)))
        yield f"""
# {each.name}: {each.may}. What it may do now is replaced.
test -s {password} || (umask 077; head -c 24 /dev/urandom | base64 > {password})
rabbitmqctl add_user {user} < {password}
rabbitmqctl set_permissions -p {host} {user} {rights}
rabbitmqctl set_topic_permissions -p {host} {user} {topics}
"""
