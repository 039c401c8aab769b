"""One poll of one feed as decisions: what to ask for, and what each outcome makes of the feed's state. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from ingest.answers import Failed, Fetched
from ingest.ask import Ask
from ingest.dates import plausible
from ingest.entries import Entry, FeedParse
from ingest.failures import NETWORK, TEMPORARY, WEIGHTS, Failure, back_off
from ingest.identity import Judged, Kind, judge, remember
from ingest.retryafter import fresh_for, validators_lie
from ingest.schedule import FIRST_INTERVAL, Bounds, Wishes, arrivals, due_after, interval, mean_gap
from newswatch.records.feed import FeedRecord, FeedSettings, PollState

REDIRECTS_AGREED = 5
"""Polls in a row that must say "moved for good" to the same address before that address is asked directly."""
WHOLE_EVERY = timedelta(hours=24)
"""How often the whole body is asked for whatever the validators say: a lying server is found out."""
OVERFLOW_FROM = 5
"""Entries that must all be new before a feed is thought to have run over."""
PUSHED_FACTOR = 4.0
"""How much rarer a feed is polled while its hub pushes."""
BAD_TARGET = frozenset(
    {
        Failure.NOT_FOUND,
        Failure.GONE,
        Failure.UNKNOWN_HOST,
        Failure.REDIRECTS,
        Failure.NOT_A_FEED,
        Failure.REFUSED_ADDRESS,
    }
)
"""Failures after which a remembered redirect is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a changed feed holds: entries to publish, all entries judged, and the state once they are published."""

    publish: tuple[Judged, ...]
    judged: tuple[Judged, ...]
    state: PollState


def bounds_of(settings: FeedSettings, least: float, most: float) -> Bounds:
    """The feed's own bounds where it has some, else the general ones."""
    lower = settings.min_interval or least
    return Bounds(least=lower, most=max(lower, settings.max_interval or most))


def address(record: FeedRecord) -> str:
    """Where the feed is fetched from: its address, or the one it has moved to for good."""
    state = record.state
    moved = state.redirect_target if state.redirect_seen >= REDIRECTS_AGREED else None
    return moved or record.settings.url


def ask_for(record: FeedRecord, now: datetime) -> Ask:
    """The request of the next poll: conditional, but for a feed that failed, lies, or was not seen whole for a day."""
    state = record.state
    stale = state.last_full is None or now - state.last_full > WHOLE_EVERY
    if state.failures > 0 or state.validators_lie or stale:
        return Ask(url=address(record))
    return Ask(url=address(record), etag=state.etag, last_modified=state.last_modified)


def body_hash(body: bytes) -> str:
    """The key by which an unchanged body is known."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def failed(record: FeedRecord, failure: Failed, now: datetime, bounds: Bounds, *, outage: bool = False) -> PollState:
    """The state after a failure. `outage`: our own network is down, so the feed is blamed the least."""
    state = record.state
    if failure.failure is Failure.HOST_PAUSED:
        wait = max((failure.retry_after or timedelta(minutes=1)).total_seconds(), bounds.least)
        return msgspec.structs.replace(state, last_poll=now, next_poll=due_after(record.settings.url, now, wait))
    weight = TEMPORARY if outage and failure.failure in NETWORK else WEIGHTS[failure.failure]
    failures = state.failures + weight
    base = min(state.interval or FIRST_INTERVAL, FIRST_INTERVAL, bounds.most)
    wait = back_off(max(base, bounds.least), failures)
    if failure.retry_after is not None:
        wait = max(failure.retry_after.total_seconds() * 1.02, bounds.least)
    forget = failure.failure in BAD_TARGET and address(record) != record.settings.url
    return msgspec.structs.replace(
        state,
        failures=round(failures, 2),
        failing_since=state.failing_since or now,
        recovered_at=None,
        last_poll=now,
        last_error=failure.detail[:300],
        error_class=failure.failure.value,
        next_poll=due_after(record.settings.url, now, wait),
        redirect_target=None if forget else state.redirect_target,
        redirect_seen=0 if forget else state.redirect_seen,
    )


def unchanged(record: FeedRecord, fetched: Fetched, now: datetime, bounds: Bounds) -> PollState:
    """The state after an answer that brought nothing new: 304, or the same body again."""
    state = _succeeded(record, fetched, now)
    recovered = state.recovered_at or (now if record.state.failures > 0 else None)
    return _scheduled(record.settings, msgspec.structs.replace(state, recovered_at=recovered), fetched, now, bounds)


def changed(record: FeedRecord, fetched: Fetched, parsed: FeedParse, now: datetime, bounds: Bounds) -> Plan:
    """What to publish of a feed whose body is not the last one, and its state once that is done.

    A publication date that cannot be one (ingest.dates.plausible) is dropped here; the entry stays.
    """
    before = record.state
    entries = [_dated(entry, now) for entry in parsed.entries]
    judged = judge(record.settings.url, before.seen, entries, now)
    fresh = tuple(item for item in judged if item.kind is not Kind.KNOWN)
    new = [item.entry for item in judged if item.kind is Kind.NEW]
    first = not before.seen
    overflowed = not first and len(judged) >= OVERFLOW_FROM and len(new) == len(judged)
    state = _succeeded(record, fetched, now)
    tag, changed_on = fetched.header("Etag"), fetched.header("Last-Modified")
    stayed = (tag, changed_on) == (before.etag, before.last_modified) and bool(tag or changed_on)
    history = arrivals(before.history, _arrival_times(new, before.last_poll, now, first=first))
    gap = mean_gap(history, now)
    state = msgspec.structs.replace(
        state,
        body_hash=body_hash(fetched.body),
        etag=tag,
        last_modified=changed_on,
        validators_lie=before.validators_lie or validators_lie(fetched.headers) or (stayed and bool(before.body_hash)),
        last_change=now,
        recovered_at=None,
        last_entry=max(history[-1], before.last_entry or history[-1]) if new and history else before.last_entry,
        history=history,
        expected_per_day=round(86_400 / gap, 3) if gap else before.expected_per_day,
        seen=remember(before.seen, judged),
        entries_in_feed=len(parsed.entries),
        undated=bool(entries) and not any(entry.published for entry in entries),
        ttl=parsed.hints.ttl,
        update_every=parsed.hints.update_every,
        format=parsed.format,
        hub=parsed.hub,
        hub_topic=parsed.hub_topic,
    )
    state = _scheduled(record.settings, state, fetched, now, bounds, overflowed=overflowed)
    return Plan(publish=fresh, judged=judged, state=state)


def partly(state: PollState, done: Sequence[Judged]) -> PollState:
    """The state with these entries remembered, while the rest of the poll is still to come."""
    return msgspec.structs.replace(state, seen=remember(state.seen, done))


def _dated(entry: Entry, now: datetime) -> Entry:
    if entry.published is None or plausible(entry.published, now):
        return entry
    return msgspec.structs.replace(entry, published=None, published_source=None)


def _arrival_times(new: Sequence[Entry], last: datetime | None, now: datetime, *, first: bool) -> list[datetime]:
    """When the new entries came: their own dates where those can be, else now."""
    earliest = datetime.min.replace(tzinfo=now.tzinfo) if first or last is None else last - timedelta(days=1)
    return [
        min(entry.published, now) if entry.published and entry.published >= earliest else now
        for entry in new
        if not (first and entry.published is None)
    ]


def _succeeded(record: FeedRecord, fetched: Fetched, now: datetime) -> PollState:
    state = record.state
    asked = address(record)
    target, seen = state.redirect_target, state.redirect_seen
    if asked == record.settings.url:
        target = fetched.permanent
        seen = 0 if target is None else (seen + 1 if target == state.redirect_target else 1)
    return msgspec.structs.replace(
        state,
        failures=0.0,
        failing_since=None,
        last_error=None,
        error_class=None,
        last_poll=now,
        last_success=now,
        last_full=now if fetched.status == 200 else state.last_full,
        redirect_target=target,
        redirect_seen=seen,
    )


def _scheduled(
    settings: FeedSettings,
    state: PollState,
    fetched: Fetched,
    now: datetime,
    bounds: Bounds,
    *,
    overflowed: bool = False,
) -> PollState:
    wishes = Wishes(ttl=state.ttl, update_every=state.update_every, fresh_for=fresh_for(fetched.headers, now))
    chosen = interval(state.history, now, wishes, bounds, overflowed=overflowed)
    seconds = chosen.seconds
    if state.hub_lease_until is not None and state.hub_lease_until > now:
        seconds = min(seconds * PUSHED_FACTOR, bounds.most)
    return msgspec.structs.replace(
        state,
        interval=round(seconds, 1),
        interval_reason=chosen.why.value,
        next_poll=due_after(settings.url, now, seconds),
    )
