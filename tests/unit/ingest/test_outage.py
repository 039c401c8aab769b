"""Whether it is our own network that is down."""

from datetime import UTC, datetime, timedelta

from ingest.outage import ALERT_AFTER, POLLS_NEEDED, Outage

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_few_failures_are_no_outage() -> None:
    outage = Outage()
    for number in range(POLLS_NEEDED - 1):
        outage.note(NOW + timedelta(seconds=number), reached=False)
    assert outage.since is None


def test_nearly_all_failures_are_an_outage_told_once_when_it_lasts_and_once_when_it_ends() -> None:
    outage = Outage()
    moment = NOW
    told = []
    for number in range(80):
        moment = NOW + timedelta(seconds=20 * number)
        outage.note(moment, reached=False)
        told += [news for news in [outage.news(moment)] if news]
    assert outage.since == NOW
    assert [news.opened for news in told] == [True]
    assert moment - NOW > ALERT_AFTER
    for _ in range(200):
        moment += timedelta(seconds=5)
        outage.note(moment, reached=True)
        told += [news for news in [outage.news(moment)] if news]
    assert [(news.opened, news.since) for news in told] == [(True, NOW), (False, NOW)]


def test_mixed_fates_are_no_outage() -> None:
    outage = Outage()
    for number in range(100):
        outage.note(NOW + timedelta(seconds=number), reached=number % 3 == 0)
    assert outage.since is None
