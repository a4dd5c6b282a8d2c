"""Store URLs mean what their writer thinks, and never show their password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.errors import ConfigError
from blinkenlights.store.address import StoreAddress, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://127.0.0.1:6379/0", StoreAddress("", "127.0.0.1", 6379, 0, False, "", "")),
        ("redis://store", StoreAddress("", "store", 6379, 0, False, "", "")),
        ("redis://store:7000", StoreAddress("", "store", 7000, 0, False, "", "")),
        ("redis://store/3", StoreAddress("", "store", 6379, 3, False, "", "")),
        ("redis://store?db=3", StoreAddress("", "store", 6379, 3, False, "", "")),
        ("redis://", StoreAddress("", "127.0.0.1", 6379, 0, False, "", "")),
        ("rediss://store:6380/1", StoreAddress("", "store", 6380, 1, True, "", "")),
        ("redis://[::1]:7000/2", StoreAddress("", "::1", 7000, 2, False, "", "")),
        ("redis://[::1]", StoreAddress("", "::1", 6379, 0, False, "", "")),
        ("redis://:pw@store", StoreAddress("", "store", 6379, 0, False, "", "pw")),
        ("redis://me:p%40%3A%2F@store", StoreAddress("", "store", 6379, 0, False, "me", "p@:/")),
        ("redis://me:a@b:c@store", StoreAddress("", "store", 6379, 0, False, "me", "a@b:c")),
        ("unix:///run/s.sock", StoreAddress("/run/s.sock", "", 6379, 0, False, "", "")),
        ("unix:///run/s.sock?db=2", StoreAddress("/run/s.sock", "", 6379, 2, False, "", "")),
        ("unix://me:pw@/run/s.sock", StoreAddress("/run/s.sock", "", 6379, 0, False, "me", "pw")),
        ("unix:///run/a@b/s.sock", StoreAddress("/run/a@b/s.sock", "", 6379, 0, False, "", "")),
        ("unix:///run/@/s@1?db=2", StoreAddress("/run/@/s@1", "", 6379, 2, False, "", "")),
        ("unix:///run/a%40b.sock", StoreAddress("/run/a@b.sock", "", 6379, 0, False, "", "")),
        ("unix:///run/50%25%3F.sock", StoreAddress("/run/50%?.sock", "", 6379, 0, False, "", "")),
        ("unix://me:p@w@/run/a@b", StoreAddress("/run/a@b", "", 6379, 0, False, "me", "p@w")),
        ("unix://me@/run/s.sock", StoreAddress("/run/s.sock", "", 6379, 0, False, "me", "")),
    ],
)
def test_urls(url: str, address: StoreAddress) -> None:
    """Host, port, database, user, password, TLS and socket are read from the URL."""
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "must look like"),
        ("store:6379", "must look like"),
        ("http://secret@store", "must look like"),
        ("unix://run/s.sock", "absolute path"),
        ("unix://me:secret@run/s.sock", "absolute path"),
        ("redis://store:secret", "port"),
        ("redis://store:66000", "port"),
        ("redis://store:٣", "port"),
        ("redis://store/secret", "database"),
        ("redis://store/-1", "database"),
        ("redis://:secret@store?ssl=1", "no option but ?db=NUMBER"),
        ("redis://:abc?secret@store", "write ? as %3F"),
    ],
)
def test_bad_urls(url: str, said: str) -> None:
    """What is wrong is said in a sentence that holds nothing that may be a password."""
    with pytest.raises(ConfigError) as caught:
        parse_address(url)

    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://me:secret@store/1", "redis://store:6379/1"),
        ("rediss://:secret@[::1]", "rediss://[::1]:6379/0"),
        ("unix://me:secret@/run/s.sock?db=1", "unix:///run/s.sock?db=1"),
        ("unix://me:secret@/run/a@b/100%25.sock", "unix:///run/a@b/100%25.sock"),
        ("unix:///run/a%40b%3F.sock?db=1", "unix:///run/a@b%3F.sock?db=1"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    """For people an address has neither user nor password, and means the same place."""
    address = parse_address(url)

    assert str(address) == shown
    assert parse_address(str(address)) == address._replace(username="", password="")


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is an address or a sentence."""
    for url in (text, f"redis://{text}", f"unix:///{text}"):
        try:
            parse_address(url)
        except ConfigError as error:
            problems = error.problems
        else:
            problems = ("",)

        assert len(problems) == 1
