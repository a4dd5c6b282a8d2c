"""Signatures as Standard Webhooks 1.0 describes them, which most languages have a library for.

The time is signed with the body, so that what somebody has recorded is too old when it comes again;
the id is the same when we say the same again.
"""

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

PREFIX = "whsec_"


def signed(secret: str, message_id: str, at: float, body: bytes) -> dict[str, str]:
    """Return the headers that sign a body.

    Args:
        secret: `whsec_` and base64, or any text.
        message_id: What names the message.
        at: When it is sent, in seconds since the epoch.
        body: What is sent.
    """
    moment = str(int(at))
    content = b".".join((message_id.encode(), moment.encode(), body))
    digest = hmac.new(_key(secret), content, sha256).digest()
    return _named(message_id, moment) | {"webhook-signature": f"v1,{b64encode(digest).decode()}"}


def unsigned(message_id: str, at: float) -> dict[str, str]:
    """Return the headers of what nobody signs."""
    return _named(message_id, str(int(at)))


def _named(message_id: str, moment: str) -> dict[str, str]:
    return {"webhook-id": message_id, "webhook-timestamp": moment}


def _key(secret: str) -> bytes:
    if secret.startswith(PREFIX):
        return b64decode(secret.removeprefix(PREFIX))
    return secret.encode()
