"""Every error a user can meet, in one tree.

    BlinkenlightsError
    ├── ConfigError            the configuration cannot be used; says file and key
    ├── UsageError             a command line that cannot be carried out
    ├── StoreError             the store did not do what was asked
    │   ├── StoreUnreachable   no connection, or it broke: waiting may help
    │   ├── StoreRefused       password, ACL or TLS: an administrator has to act
    │   ├── StoreNotReady      loading, full, busy: waiting may help
    │   │   └── StoreReadOnly  a replica: connecting anew may help
    │   ├── StoreLayout        a store of another version: something has to be updated
    │   └── StoreAnswer        an answer that is not the protocol, or not our layout
    ├── BrokerError            the broker refused something: an administrator has to act
    └── NotDelivered           what was sent did not arrive: sending again may help

Each message is one sentence that names the address, file or key and what to do,
and never holds a password.
"""


class BlinkenlightsError(Exception):
    """Base of all errors shown to users; the message is a whole sentence."""


class ConfigError(BlinkenlightsError):
    """The configuration cannot be used; `problems` holds one sentence for each thing wrong."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class UsageError(BlinkenlightsError):
    """The command line asks for something that cannot be carried out."""


class StoreError(BlinkenlightsError):
    """The store did not do what was asked.

    `advice` is why, as a sentence without the store's address, for whoever must not see that; empty
    where there is nothing that everybody may read. It is made of `what` the store is or does.
    """

    def __init__(self, sentence: str, what: str = "") -> None:
        super().__init__(sentence)
        self.advice = f"the store {what}" if what else ""


class StoreUnreachable(StoreError):  # noqa: N818 - the name says the outcome
    """There is no connection to the store, or it broke."""


class StoreRefused(StoreError):  # noqa: N818
    """The store wants a password, or another user, or TLS."""


class StoreNotReady(StoreError):  # noqa: N818
    """The store is there but cannot serve now: loading, full, read-only or busy."""


class StoreReadOnly(StoreNotReady):
    """The store is a replica, which takes nothing: another one may be the primary by now."""


class StoreLayout(StoreError):  # noqa: N818
    """The store is laid out as another version of this program does it."""


class StoreAnswer(StoreError):  # noqa: N818
    """The store answered something that is not the protocol or not our layout."""


class BrokerError(BlinkenlightsError):
    """The broker refused what was asked."""


class NotDelivered(BlinkenlightsError):  # noqa: N818
    """What was sent did not arrive."""
