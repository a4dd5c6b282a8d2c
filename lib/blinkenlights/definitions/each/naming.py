"""Names of services: every core takes them, no two are alike, and they stay what they are.

Nagios refuses `~!$%^&*|'"<>?,()=` and takes `;` for a separator, Icinga splits at `!`, NRPE at
blanks and brackets, and databases of Icinga compare names without regard to case and keep 255
bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

MOST_BYTES = 128
"""Half of what databases keep: host names and the names of downtimes stand beside them."""

_OTHERS = re.compile(r"[^A-Za-z0-9._:/@-]+")
_HASH_BYTES = 8
_HASHED = re.compile(rf".*-[0-9a-f]{{{2 * _HASH_BYTES}}}")


def service_names(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the name of the service for each pair of what it begins with and a thing's own name.

    A name in which something had to be replaced or left out, and one that another differs from in
    nothing but case, ends in a hash of the whole. So does one that looks as if it ended in a hash:
    nobody can take the name of another's service.
    """
    pairs = list(dict.fromkeys(wanted))
    plain = {pair: _plain(*pair) for pair in pairs}
    times = Counter(name.lower() for name in plain.values())
    return {
        pair: name
        if name == "-".join(pair) and times[name.lower()] == 1 and not _HASHED.fullmatch(name)
        else f"{name}-{_hash(pair[1])}"
        for pair, name in plain.items()
    }


def _plain(prefix: str, name: str) -> str:
    whole = f"{prefix}-{_OTHERS.sub('_', name)}"
    return whole if len(whole) <= MOST_BYTES else whole[: MOST_BYTES - len(_hash(name)) - 1]


def _hash(name: str) -> str:
    return blake2b(name.encode(errors="surrogatepass"), digest_size=_HASH_BYTES).hexdigest()
