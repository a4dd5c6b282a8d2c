"""The command lines on the pages of single things."""

import shlex
from fnmatch import fnmatchcase
from glob import escape
from importlib import import_module

import pytest

from blinkenlights.web.views import displays

NAMES = ("billing", "shop:check out", "-rf", 'it\'s "quoted" $HOME `id`', "a*b?[c]", "ünï")


@pytest.mark.parametrize("kind", displays())
@pytest.mark.parametrize("name", NAMES)
def test_each_is_taken_and_means_this_one_only(kind: str, name: str) -> None:
    """A shell hands over the name unchanged, and the program takes it for nothing but a name."""
    commands = displays()[kind].commands(name)

    assert commands
    for command in commands:
        program, *words = shlex.split(command.line)
        if program == "blinkenlights":
            option, _, given = words[-1].partition("=")
            is_option = words[-2] != "--"
            assert option.startswith("--") if is_option else words[-1] == name
            # Where the option takes globs, the name means only itself.
            assert not is_option or given in (name, escape(name))
            continue
        check = import_module(f"blinkenlights.checks.{program}")
        given = vars(check.options().parse_args(words))
        (pattern,) = given[command.option.removeprefix("--")]
        assert fnmatchcase(name, pattern)
        assert not fnmatchcase("a**b??c", pattern)
