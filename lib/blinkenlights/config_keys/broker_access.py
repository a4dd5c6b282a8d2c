"""The keys by which a broker lets us in, the same in each table that names one."""

from typing import Annotated

from blinkenlights.config_keys.key import key

PasswordFile = Annotated[
    str,
    key(
        "A file whose first line is the password, in place of one in the address of the broker.",
        "/etc/blinkenlights/broker.password",
    ),
]
CaFile = Annotated[
    str,
    key(
        "Certificates that vouch for the broker with `amqps://`; empty for the system's.",
        "/etc/ssl/certs/our-ca.pem",
    ),
]
CertificateFile = Annotated[
    str,
    key(
        "Our own certificate, for a broker that wants one with `amqps://`; empty for none.",
        "/etc/blinkenlights/broker.pem",
    ),
]
KeyFile = Annotated[
    str,
    key(
        "The key of that certificate; empty where it is in the same file.",
        "/etc/blinkenlights/broker.key",
    ),
]
