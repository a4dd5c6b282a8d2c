"""What tells a transfer from others on its node, where its sender has no word of his own for it."""

from hashlib import blake2b

from blinkenlights.kinds.fields import is_short, whole_path

_SHOWN_BYTES = 200
_DIGEST_BYTES = 16


def id_of_path(path: object, name: str) -> str:
    """Return the id that a path is: the name for people or, of a long one, its start and a digest.

    Beginning and end have the same one, whichever forms they have.

    Args:
        path: As it was sent.
        name: The same for people, as `path_for_people` has it.
    """
    if is_short(name):
        return name
    # What people see may be cut: two paths that differ behind that are two transfers.
    whole = whole_path(path).encode(errors="backslashreplace")
    digest = blake2b(whole, digest_size=_DIGEST_BYTES).hexdigest()
    return f"{whole[:_SHOWN_BYTES].decode(errors='ignore')}…{digest}"
