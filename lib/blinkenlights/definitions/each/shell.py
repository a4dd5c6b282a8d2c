"""A name as a word of a shell's command line that stands in a file of Nagios or NRPE."""

import re
import shlex

# In these files a dollar begins a macro, an exclamation mark an argument, a semicolon a comment.
_PLAIN = re.compile(r"[^\x00-\x1f\x7f$!;'\"\\`]*")


def shell_word(text: str) -> str:
    r"""Return `text` as one word that says the same to the shell, whatever the file makes of it.

    What the file would read is printed by the shell itself, in octal: `"$$(printf %b 'a\0073b')"`.
    """
    if _PLAIN.fullmatch(text):
        return shlex.quote(text)
    octal = "".join(
        character
        if _PLAIN.fullmatch(character)
        else "".join(f"\\0{byte:03o}" for byte in character.encode(errors="surrogateescape"))
        for character in text
    )
    return f"\"$$(printf %b '{octal}')\""
