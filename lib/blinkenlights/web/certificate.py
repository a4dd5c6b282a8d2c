"""TLS with a certificate that is read again when its files have changed, as on each renewal."""

import logging
import ssl
from pathlib import Path

from blinkenlights.config import WebConfig
from blinkenlights.errors import ConfigError

Version = tuple[tuple[int, int], ...]

log = logging.getLogger("blinkenlights.web")


class Certificate:
    """A certificate with its key; `context` serves the newest one. Raises ConfigError."""

    def __init__(self, config: WebConfig) -> None:
        self._config = config
        self._version = self._on_disk()
        self._newest = self.context = self._read()
        # What goes on keeps its certificate; who connects gets the newest one.
        self.context.sni_callback = self._choose

    def _choose(
        self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext
    ) -> None:
        version = self._on_disk()
        if version != self._version:
            self._version = version
            try:
                self._newest = self._read()
            except ConfigError as error:
                # Of two files one is always written first: the second makes another version.
                log.warning("%s; the one before is still served", error)
            else:
                log.info("web.certificate: %s is read again", self._config.certificate)
        connection.context = self._newest

    def _on_disk(self) -> Version:
        try:
            found = [
                Path(each).stat() for each in (self._config.certificate, self._config.private_key)
            ]
        except OSError:
            return ()
        return tuple((each.st_mtime_ns, each.st_ino) for each in found)

    def _read(self) -> ssl.SSLContext:
        certificate, key = self._config.certificate, self._config.private_key
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            # Else a passphrase would be asked for, at a terminal that nobody watches.
            context.load_cert_chain(certificate, key, password="")
        except (OSError, ssl.SSLError) as error:
            said = error.strerror or str(error)
            raise ConfigError(
                f"web.certificate: {certificate} and {key} cannot be used: {said}"
            ) from None
        return context
