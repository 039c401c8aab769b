"""What records read from the topic do to the feeds a poller holds."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from ingest.holding import REFRESH, Effect, Held, apply, health_counts, worth_saving
from newswatch.records.feed import FeedRecord, FeedSettings, PollState, SeenEntry

URL = "https://diario.example/feed"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SETTINGS = FeedSettings(url=URL)
POLLED = PollState(last_poll=NOW, health="ok", seen=(SeenEntry(article="a", content="c", first_seen=1),))


def record(generation: int, state: PollState = POLLED, settings: FeedSettings = SETTINGS) -> FeedRecord:
    return FeedRecord(settings=settings, state=state, generation=generation)


def feeds_with(*records: FeedRecord | None, active: int | None = None) -> tuple[dict[str, Held], list[Effect]]:
    feeds: dict[str, Held] = {}
    effects = [apply(feeds, URL, one, partition=3, offset=offset, active=active) for offset, one in enumerate(records)]
    return feeds, effects


def test_the_newest_record_of_a_partition_counts() -> None:
    newer = msgspec.structs.replace(POLLED, failures=2.0)
    feeds, effects = feeds_with(record(1), record(2, newer))
    assert effects == [Effect.ADDED, Effect.RESTORED]
    assert feeds[URL].record().state.failures == 2.0


def test_a_late_write_of_a_former_owner_changes_nothing() -> None:
    feeds, effects = feeds_with(record(5), record(4, PollState()))
    assert effects[-1] is Effect.IGNORED
    assert feeds[URL].record().state == POLLED


def test_what_people_write_changes_settings_and_keeps_the_memory() -> None:
    edited = FeedSettings(url=URL, outlet="Diario")
    for active in (None, 7):
        feeds, _ = feeds_with(record(5))
        assert apply(feeds, URL, record(0, PollState(), edited), partition=3, offset=9, active=active) is Effect.EDITED
        assert feeds[URL].record().settings.outlet == "Diario"
        assert feeds[URL].record().state == POLLED


def test_our_own_write_read_back_changes_nothing() -> None:
    feeds, _ = feeds_with(record(5))
    assert apply(feeds, URL, record(7, PollState()), partition=3, offset=9, active=7) is Effect.IGNORED


@pytest.mark.parametrize(("own", "effect"), [(4, Effect.REMOVED), (12, Effect.RESURRECTED)])
def test_a_removal_that_our_own_write_followed_is_repeated(own: int, effect: Effect) -> None:
    feeds, _ = feeds_with(record(5))
    feeds[URL].own_offset = own
    assert apply(feeds, URL, None, partition=3, offset=9, active=7) is effect
    assert feeds == {}


def test_removing_what_is_not_there_is_nothing() -> None:
    assert feeds_with(None)[1] == [Effect.IGNORED]


def test_health_is_counted_without_unpacking_records() -> None:
    feeds, _ = feeds_with(record(1))
    feeds["other"] = Held(partition=0, data=b"", host="")
    feeds["other"].put(record(1, PollState()))
    assert health_counts(feeds) == {"ok": 1, "new": 1}


@pytest.mark.parametrize(
    ("after", "age", "saved"),
    [
        pytest.param(POLLED, timedelta(0), False, id="nothing differs"),
        pytest.param(msgspec.structs.replace(POLLED, last_poll=NOW + REFRESH), timedelta(0), False, id="times only"),
        pytest.param(POLLED, REFRESH, True, id="half an hour old"),
        pytest.param(msgspec.structs.replace(POLLED, failures=0.5), timedelta(0), True, id="a failure"),
        pytest.param(msgspec.structs.replace(POLLED, etag="x"), timedelta(0), True, id="a validator"),
        pytest.param(msgspec.structs.replace(POLLED, seen=()), timedelta(0), True, id="the memory"),
    ],
)
def test_a_state_is_written_when_it_says_something(after: PollState, age: timedelta, saved: bool) -> None:
    assert worth_saving(POLLED, after, NOW, NOW + age) is saved
