"""What docs/rules.md says of the files is what they may say."""

import re
from pathlib import Path

import msgspec
import pytest

from blinkenlights.rules.files.channel_forms import CHANNELS
from blinkenlights.rules.files.collection import RuleFolder
from blinkenlights.rules.files.references import left_out
from blinkenlights.rules.files.settings import (
    MaintenanceSettings,
    QuietSettings,
    RouteSettings,
    rule_struct,
)
from blinkenlights.rules.vocabulary import (
    default_of,
    places_of,
    subjects_by_word,
    vocabulary_of,
)
from blinkenlights.yaml_files.document import read_document

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SECRETS = {
    "SLACK_TOKEN": "xoxb-secret",
    "SLACK_WEBHOOK": "https://hooks.example.net/services/secret",
    "PAGERDUTY_KEY": "0123456789abcdef0123456789abcdef",
    "TICKETS_SECRET": "secret",
    "TICKETS_TOKEN": "secret",
    "MAIL_PASSWORD": "secret",
    "NTFY_URL": "ntfy://secret/topic",
}


@pytest.fixture
def folder(tmp_path: Path) -> RuleFolder:
    """Give a folder with a file for each example."""
    key = tmp_path / "pagerduty"
    key.write_text(f"{SECRETS['PAGERDUTY_KEY']}\n")
    for number, text in enumerate(BLOCKS):
        whole = text.replace("/run/secrets/pagerduty", str(key))
        (tmp_path / f"{number:02}.yml").write_text(whole)
    found = RuleFolder(tmp_path, SECRETS, lambda: 1_764_331_200.0)
    found.look()
    return found


def test_nothing_is_wrong_with_any_example(folder: RuleFolder) -> None:
    """Each by itself, and all together in one folder."""
    found = folder.collection()

    assert [str(each) for each in found.problems] == []
    assert found.files == len(BLOCKS) > 10
    told_of = left_out(found.rules, found.receivers, found.routes)
    assert not [each for each in told_of if "never reached" not in each.sentence]


def test_what_lint_says_on_the_page_is_what_it_says(tmp_path: Path) -> None:
    """Of the first example with a slip of the pen."""
    (said,) = re.findall(r"^(shop\.yml:.*)$", PAGE, re.MULTILINE)
    text = BLOCKS[0].replace("warning: 100", "warning: valeu > 100")
    (tmp_path / "shop.yml").write_text(text)
    folder = RuleFolder(tmp_path, {}, lambda: 1_764_331_200.0)
    folder.look()

    assert [str(each) for each in folder.collection().problems] == [said]


def keys_of(struct: type[msgspec.Struct]) -> list[str]:
    """Return the keys of a struct, as a file has them."""
    return [each.encode_name for each in msgspec.structs.fields(struct)]


@pytest.mark.parametrize(
    "key", [*keys_of(rule_struct()), *keys_of(RouteSettings), *keys_of(MaintenanceSettings)]
)
def test_each_key_is_in_a_table(key: str) -> None:
    """With what it says."""
    assert re.search(rf"^\|[^|]*`{key}`", PAGE, re.MULTILINE)


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_is_on_the_page_with_its_keys(channel: str) -> None:
    """And with an example that is read."""
    (row,) = re.findall(rf"^\| `{channel}` \|.*$", PAGE, re.MULTILINE)

    assert [key for key in keys_of(CHANNELS[channel].settings) if f"`{key}`" not in row] == []
    receivers = [read_document(each.encode()).data for each in BLOCKS if "receivers:" in each]
    assert any(channel in str(each) for each in receivers)


def test_quiet_hours_are_told_with_their_keys() -> None:
    """In the row of the key."""
    (row,) = re.findall(r"^\| `quiet` \|.*$", PAGE, re.MULTILINE)

    assert [key for key in keys_of(QuietSettings) if f"`{key}`" not in row] == []


@pytest.mark.parametrize("word", subjects_by_word())
def test_what_a_range_is_of_is_told(word: str) -> None:
    """Of each subject."""
    (row,) = re.findall(rf"^\| .*`{word}`.*\|.*\|(.*)\|$", PAGE.partition("`but`")[0], re.MULTILINE)

    assert f"`{default_of(subjects_by_word()[word].name)}`" in row


def test_each_name_of_conditions_and_texts_is_on_the_page() -> None:
    """As they are written."""
    for subject in subjects_by_word().values():
        for name in vocabulary_of(subject.name).names:
            assert re.search(rf"^\| .*`{name}[.`]", PAGE, re.MULTILINE), name
        for name, has_parts in places_of(subject.name).items():
            if name not in vocabulary_of("metric").names:
                assert f"`{{{name}{'.' if has_parts else '}'}" in PAGE, name
