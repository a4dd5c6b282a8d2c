"""How to reach a receiver is kept as long as anything is owed to it, and not for ever."""

import pytest

from alert.changes import begins, ends
from alert.conftest import Run
from alert.records import receivers
from blinkenlights.alert.evaluation_store import FORGET_AFTER, EvaluationStore
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Evaluation
from servers.valkey import Valkey

OLD, NEW = "ops@d1", "chat@d1"
QUEUE = f"{OLD}{keys.SEPARATOR}rule=silent"
EVALUATION = Evaluation(0.0, 15.0, "a", 1, 1, 1, 0.01, [], [])


class Files:
    """Files of rules that name other receivers by and by."""

    def __init__(self, store: EvaluationStore, valkey: Valkey, run: Run) -> None:
        self._store, self._redis, self._run = store, valkey.client(), run
        self.name("ops", "chat")

    def name(self, *names: str) -> None:
        """Let them name some receivers, as of now."""
        self._run(self._store.remember(list(receivers(*names).values())))

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass since all that is known of receivers."""
        for address in map(str, self._redis.zrange(keys.NAMED, 0, -1)):
            self._redis.zincrby(keys.NAMED, -seconds, address)

    def known(self) -> set[str]:
        """Return the addresses that are kept, after a look at files that name `chat` alone."""
        self.name("chat")
        found = set(map(str, self._redis.hkeys(keys.RECEIVERS)))
        assert set(map(str, self._redis.zrange(keys.NAMED, 0, -1))) == found
        return found


@pytest.fixture
def files(store: EvaluationStore, valkey: Valkey, run: Run) -> Files:
    """Give files that named both receivers."""
    return Files(store, valkey, run)


def test_a_receiver_that_no_file_names_is_forgotten_after_a_week(files: Files) -> None:
    """And not before: a file may be away for a day. What is named stays."""
    files.pass_time(FORGET_AFTER - 60)
    before = files.known()
    files.pass_time(120)

    assert before == {OLD, NEW}
    assert files.known() == {NEW}


@pytest.mark.parametrize(
    ("key", "field"), [(keys.INCIDENTS, QUEUE), (keys.TAKEN, QUEUE), (keys.DUE, QUEUE)]
)
def test_one_to_whom_something_is_owed_is_never_forgotten(
    files: Files, valkey: Valkey, key: str, field: str
) -> None:
    """An incident that is open, what a sender has in hand, what is queued."""
    redis = valkey.client()
    if key == keys.DUE:
        redis.zadd(key, {field: 1.0})
    else:
        redis.hset(key, field, "x")
    for _ in range(3):
        files.pass_time(FORGET_AFTER + 60)
        assert files.known() == {OLD, NEW}
    redis.delete(key)
    files.pass_time(FORGET_AFTER + 60)

    assert files.known() == {NEW}


def test_who_was_told_of_an_alert_is_known_until_its_end_is_told(
    files: Files, store: EvaluationStore, valkey: Valkey, run: Run
) -> None:
    """Though everything that was sent has left the outbox long ago."""
    redis, epoch, change = valkey.client(), run(store.lease("a", 60)), begins()
    assert change.after
    run(store.commit(epoch, [change], {}, EVALUATION))
    redis.delete(keys.DUE, keys.QUEUE + QUEUE)
    files.pass_time(FORGET_AFTER + 60)
    fires = files.known()
    run(store.commit(epoch, [ends(change.after)], {}, EVALUATION))
    files.pass_time(FORGET_AFTER + 60)
    ended = files.known()
    redis.delete(keys.DUE, keys.QUEUE + QUEUE)
    files.pass_time(FORGET_AFTER + 60)

    assert fires == ended == {OLD, NEW}
    assert files.known() == {NEW}


def test_what_a_version_before_kept_has_its_week_as_well(files: Files, valkey: Valkey) -> None:
    valkey.client().delete(keys.NAMED)

    assert files.known() == {OLD, NEW}
