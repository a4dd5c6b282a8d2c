"""How TLS is spoken: contexts of OpenSSL, made once for each setting."""

import os
import ssl
import stat
from time import perf_counter

from blinkenlights.probe.asking.certificates import shown_in
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.progress import CURRENT
from blinkenlights.probe.endpoint import Tls

_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}

Stamp = tuple[tuple[int, int] | None, ...]


class NotingSslObject(ssl.SSLObject):
    """Notes the certificate and the time of a handshake, also when it fails.

    It is the only place where a certificate that fails verification can be seen.
    """

    def do_handshake(self) -> None:
        """Do a part of it, as often as bytes come."""
        progress = CURRENT.get()
        if not progress.tls_began:
            progress.tls_began = perf_counter()
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            progress.shown = shown_in(self, error)
            raise
        progress.ready_at = perf_counter()
        progress.tls = progress.ready_at - progress.tls_began
        shown = shown_in(self, None)
        # Without verification, what an attempt with it found out is kept.
        known = progress.shown
        progress.shown = shown._replace(code=known.code, message=known.message) if known else shown


class Contexts:
    """Keeps a context for each setting, until one of its files is another."""

    def __init__(self) -> None:
        """Begin without any: most probers need one or two."""
        self._made: dict[tuple[Tls, bool], tuple[Stamp, ssl.SSLContext]] = {}

    def context(self, tls: Tls, *, verify: bool) -> ssl.SSLContext:
        """Return the one for these settings; raises Failure that names the file at fault.

        Certificates are renewed under the same name, so their files are looked at each time.
        """
        key = (tls._replace(server_name=""), verify)
        files = (tls.ca_file, tls.certificate_file, tls.key_file)
        stamp = tuple(_stamp(file) for file in files if file)
        kept = self._made.get(key)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        made = _make(tls, verify=verify)
        self._made[key] = (stamp, made)
        return made


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - a Path for each probe would cost more than this
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino


def _make(tls: Tls, *, verify: bool) -> ssl.SSLContext:
    _check_readable(tls)
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None)
    except (ssl.SSLError, OSError) as error:
        raise Failure("settings", f"{tls.ca_file} holds no certificate of an authority") from error
    context.sslobject_class = NotingSslObject
    if tls.minimum:
        context.minimum_version = _VERSIONS[tls.minimum]
    if tls.certificate_file:
        _load_our_own(context, tls)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _check_readable(tls: Tls) -> None:
    for what, file in (
        ("the authorities", tls.ca_file),
        ("our certificate", tls.certificate_file),
        ("its key", tls.key_file),
    ):
        if not file:
            continue
        try:
            # Opening a pipe waits for its writer, and all other probes with it.
            handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            mode = os.fstat(handle).st_mode
            os.close(handle)
        except ValueError as error:
            raise Failure("settings", f"{file!a} cannot be the name of a file") from error
        except OSError as error:
            raise Failure(
                "settings", f"the file of {what}, {file}, cannot be read: {error.strerror}"
            ) from error
        if not stat.S_ISREG(mode):
            raise Failure("settings", f"the file of {what}, {file}, is no file")


def _load_our_own(context: ssl.SSLContext, tls: Tls) -> None:
    try:
        # Else OpenSSL asks the terminal for it, and a prober waits.
        context.load_cert_chain(tls.certificate_file, tls.key_file or None, password=lambda: b"")
    except (ssl.SSLError, ValueError, OSError) as error:
        key = tls.key_file or tls.certificate_file
        raise Failure(
            "settings",
            f"{tls.certificate_file} is no certificate in PEM form, or its key in {key} does not "
            "fit or has a password",
        ) from error
