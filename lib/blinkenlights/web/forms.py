"""What a form of our pages sends, without any script."""

from urllib.parse import parse_qsl

from blinkenlights.web.post_handlers import body_of
from blinkenlights.web.problems import Forbidden, Invalid
from blinkenlights.web.site import Asked

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 40
LONGEST = 4096


async def form_of(asked: Asked) -> dict[str, str]:
    """Return the fields of a form; raises a Refusal.

    What it may do follows from what is in it, a token or a signature, and never from what a browser
    sends by itself; so a page of others has nothing to gain by sending one.
    """
    if asked.request.content_type != FORM:
        raise Invalid(f"a form is sent as {FORM}")
    if asked.request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("this form was sent by a page of somebody else")
    try:
        text = (await body_of(asked)).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid("the form cannot be understood") from None
    fields = dict(pairs)
    if len(fields) < len(pairs) or any(len(value) > LONGEST for value in fields.values()):
        raise Invalid("a field of the form is there twice, or is too long")
    return fields
