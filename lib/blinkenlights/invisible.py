"""Characters that nobody sees, and names that would look alike because of them.

Standard library only, and no tables of Unicode for text that is ASCII: checks import this.
"""

UNSEEN = frozenset(
    # What Unicode says to leave out where it is not understood, and Python calls printable.
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\U00016fe4\U0001d159"
    # An empty pattern of Braille is as blank as a blank.
    "\u2800" + "".join(map(chr, range(0xFE00, 0xFE10))) + "".join(map(chr, range(0xE0100, 0xE01F0)))
)


def is_seen(character: str) -> bool:
    """Return whether a character can be printed and seen; a blank can."""
    return character.isprintable() and character not in UNSEEN


def is_all_seen(text: str) -> bool:
    """Return whether each character of a text can be printed and seen."""
    return text.isprintable() and (text.isascii() or UNSEEN.isdisjoint(text))


def with_blanks_seen(text: str, sign: str) -> str:
    """Return a text with every second of the blanks in a row as a `sign`.

    HTML shows any number of them as one, and so do the pages of monitoring cores. Names with
    another number of them still differ then.
    """
    return text.replace("  ", f" {sign}")


def composed(text: str) -> str:
    """Return a text in Unicode's form C, in which letters that look alike are alike."""
    if text.isascii():
        return text
    # It takes a check longer to load than all else in here.
    from unicodedata import normalize  # noqa: PLC0415

    return normalize("NFC", text)


def distinct(name: str) -> str:
    """Return a name as it is kept: composed, without blanks around it and what nobody sees."""
    if not name.isascii():
        name = composed("".join(each for each in name if each not in UNSEEN))
    return name.strip(" ")
