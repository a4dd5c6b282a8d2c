"""A certificate authority of our own, for the tests that speak TLS."""

from pathlib import Path
from typing import NamedTuple

import trustme


class Certificates(NamedTuple):
    """Files in PEM form: an authority, and a certificate for 127.0.0.1 and localhost from it."""

    authority: Path
    certificate: Path
    key: Path


def issue(folder: Path) -> Certificates:
    """Write a new authority and certificate into `folder`, readable for everybody."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1", "localhost", "::1")
    files = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(files.authority)
    files.certificate.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    leaf.private_key_pem.write_to_path(files.key)
    for file in files:
        file.chmod(0o644)
    return files
