"""What Slack's errors mean: its methods say them with the status 200 and `ok: false`."""

import re

NOT_THERE = frozenset(
    ("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive")
)
"""The message of an incident cannot be changed any more: another one takes its place."""
TOO_MANY = frozenset(
    ("ratelimited", "rate_limited", "message_limit_exceeded", "rate_limited_by_channel")
)
NEVER_TAKEN = frozenset(
    (
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "too_many_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_charset",
        "invalid_form_data",
        "invalid_post_type",
        "json_not_object",
        "invalid_json",
        "missing_post_type",
        "method_deprecated",
        "deprecated_endpoint",
    )
)
"""It says so again, however often it is asked. Tokens, scopes and channels are mended by people."""
_HINTS = {
    "not_in_channel": "invite the bot into the channel",
    "channel_not_found": "is there such a channel, and is the bot in it?",
    "missing_scope": "the bot wants the scope chat:write",
    "no_permission": "the bot wants the scope chat:write",
    "invalid_auth": "the token is not valid",
    "not_authed": "the token is not valid",
    "token_revoked": "the token was taken back",
    "token_expired": "the token has expired",
    "account_inactive": "the bot was removed",
    "is_archived": "the channel is archived",
    "no_service": "the webhook was removed",
    "channel_is_archived": "the channel is archived",
    "action_prohibited": "an administrator of Slack forbids it",
}


def word_of(error: object) -> str:
    """Return the word of an error as it may be shown; whatever is no such word is not."""
    text = str(error)
    return text if re.fullmatch(r"[a-z_]{1,60}", text) else ""


def sentence_of(word: str) -> str:
    """Return an error with what to do about it: `not_in_channel (invite the bot ...)`."""
    hint = _HINTS.get(word)
    return f"{word} ({hint})" if hint else word or "an error without a name"
