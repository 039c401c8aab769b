"""The table of `feeds list`."""

from datetime import UTC, datetime, timedelta

from ingest.feedlist import table
from newswatch.records.feed import FeedRecord, FeedSettings, PollState

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_each_feed_is_a_line_and_the_last_line_counts() -> None:
    records = [
        FeedRecord(
            settings=FeedSettings(url="https://a.example/feed", outlet="Diario A"),
            state=PollState(
                health="blocked",
                health_reason="forbidden since 3 h: HTTP 403",
                last_entry=NOW - timedelta(hours=5),
                next_poll=NOW + timedelta(minutes=20),
            ),
        ),
        FeedRecord(settings=FeedSettings(url="https://b.example/feed", enabled=False)),
        FeedRecord(settings=FeedSettings(url="https://c.example/" + "x" * 200)),
    ]
    lines = table(records, NOW)
    assert len(lines) == 5
    assert lines[1].split()[0] == "blocked"
    for word in ("Diario A", "5h ago", "in 20m", "HTTP 403", "https://a.example/feed"):
        assert word in lines[1]
    assert lines[2].startswith("off")
    assert lines[3].endswith("x" * 200)
    assert lines[4] == "3 feeds: 1 blocked, 1 off, 1 new"
