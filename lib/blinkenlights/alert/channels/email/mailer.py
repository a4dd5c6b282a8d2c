"""Brings mails to a mail server.

A server whose certificate is not trusted gets nothing, and a password goes over no open line unless
the settings say so outright.
"""

import asyncio
import logging
import platform
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiosmtplib

from blinkenlights.alert.channels.email.failures import failure_of
from blinkenlights.alert.channels.email.letters import letter
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.resolving import connected
from blinkenlights.outbox.tls import trusting
from blinkenlights.plugin.words import NAMED, listing
from blinkenlights.rules.files.channel_settings import EmailSettings

log = logging.getLogger("blinkenlights.alert")

SECONDS = 20.0
"""For a whole mail: servers make strangers wait."""
PORTS = {"smtp": 25, "smtps": 465}


class Mailer:
    """Says messages to some addresses."""

    has_key = False
    """Some mail servers drop what comes again with the same Message-ID, others do not."""

    def __init__(self, settings: EmailSettings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._seconds = seconds
        self._to = [settings.to] if isinstance(settings.to, str) else list(settings.to)
        self._server = urlsplit(settings.server)
        self._where = f"the mail server {self._server.hostname}"

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            limit = f"{self._seconds:g} seconds"
            sentence = f"{self._where} did not take it within {limit}"
            raise CannotSayError(sentence, is_unsure=True) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise failure_of(error, self._where) from None
        return {}

    async def close(self) -> None:
        """Have nothing to give up: each mail has a connection of its own."""

    async def _send(self, message: Message) -> None:
        mail = letter(message, self._settings.sender, self._to)
        host, scheme = self._server.hostname or "", self._server.scheme
        connection = await connected(host, self._server.port or PORTS[scheme])
        client = aiosmtplib.SMTP(
            hostname=host,
            sock=connection,
            # The default asks the name service, and waits for it.
            local_hostname=platform.node() or "localhost",
            use_tls=scheme == "smtps",
            start_tls=False,
            tls_context=trusting(self._settings.ca_file),
            timeout=self._seconds,
        )
        transport = None
        try:
            await client.connect()
            await self._secure(client)
            # The client forgets it when it says goodbye, though TLS has not ended by then.
            transport = client.transport
            refused, _ = await client.send_message(mail)
            await client.quit()
        finally:
            transport = transport or client.transport
            client.close()
            if isinstance(transport, asyncio.Transport):
                # A server that does not end TLS as it should is not waited for.
                transport.abort()
            else:
                connection.close()
        if refused:
            why = listing([f"{to} ({answer.code})" for to, answer in refused.items()], NAMED)
            log.warning(
                "%s refuses %s, and takes it for others: %s", self._where, why, message.title
            )

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        """Speak TLS where it is wanted or offered, then log in."""
        wanted, is_secure = self._settings.starttls, self._server.scheme == "smtps"
        await client.ehlo()
        if not is_secure and wanted is not False:
            if client.supports_extension("starttls"):
                await client.starttls()
                is_secure = True
            elif wanted:
                raise CannotSayError(f"{self._where} offers no TLS, and starttls is true")
        if self._settings.password:
            if not is_secure and wanted is not False:
                raise CannotSayError(
                    f"{self._where} offers no TLS, and would get the password in the open; "
                    "write starttls: false where that is right"
                )
            await client.login(self._settings.username, self._settings.password)
