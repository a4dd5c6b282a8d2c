"""A mail server that takes mails into a list, or refuses them as real ones do."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage  # noqa: TC003 - for the type of what is given
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.ports import find_free_port

LOGIN = LoginPassword(b"lights", b"quite secret")


class Mailbox:
    """What came, and what is refused. A handler of aiosmtpd."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.was_secure: list[bool] = []
        self.logins: list[bytes] = []
        self.refused: dict[str, str] = {}
        """Recipient -> what it is refused with: `550 5.1.1 no such user`."""
        self.refuses_data = ""
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd wants it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        del server, session
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or not."""
        del session
        if self.refuses_data:
            return self.refuses_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        transport = cast("asyncio.Transport", server.transport)
        self.was_secure.append(transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def authenticate(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        login: LoginPassword,
    ) -> AuthResult:
        """Know one login."""
        del server, session, envelope, mechanism
        self.logins.append(login.login)
        return AuthResult(success=login == LOGIN, handled=login == LOGIN)


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    **options: Any,  # noqa: ANN401 - those of aiosmtpd
) -> Iterator[Mailbox]:
    """Serve in a thread, and give the mailbox."""
    box = Mailbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=find_free_port(),
        ssl_context=tls,
        tls_context=starttls,
        authenticator=box.authenticate,
        **options,
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        # It would leave connections that are about to end as they are.
        asyncio.run_coroutine_threadsafe(_sessions_end(), controller.loop).result(10.0)
        controller.stop(no_assert=True)


async def _sessions_end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5.0)
