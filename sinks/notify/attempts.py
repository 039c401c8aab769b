"""What an attempt makes of a delivery: delivered, tried again later, or given up. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from newswatch.records.alert import Alert, Delivery, DeliveryOutcome
from sinks.notify.rendering import idempotency_key


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Waits double from `first` to `longest`; after `give_up` since the alert was first due the delivery is dead."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)
    give_up: timedelta = timedelta(days=2)

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after the `attempts`-th failed attempt."""
        return min(self.first * (2.0 ** min(attempts - 1, 30)), self.longest)


def scheduled(
    alert: Alert, channel: str, at: datetime, now: datetime, detail: str, digest: str | None = None
) -> Delivery:
    """A delivery due at `at`, never attempted."""
    return Delivery(
        alert_id=alert.alert_id, channel=channel, outcome=DeliveryOutcome.RETRYING, attempts=0, at=now,
        idempotency_key=idempotency_key(digest or alert.alert_id, channel), detail=detail, next_attempt=at,
        first_at=at, digest=digest, alert=alert,
    )  # fmt: skip


def put_off(before: Delivery, at: datetime, now: datetime, detail: str, digest: str | None = None) -> Delivery:
    """The same delivery at another time, with a digest if one is named; no attempt is counted."""
    key = idempotency_key(digest, before.channel) if digest else before.idempotency_key
    return msgspec.structs.replace(
        before, at=now, detail=detail, next_attempt=at, digest=digest or before.digest, idempotency_key=key
    )


def suppressed(alert: Alert, channel: str, now: datetime, detail: str) -> Delivery:
    """A delivery that is not to be made."""
    return Delivery(
        alert_id=alert.alert_id, channel=channel, outcome=DeliveryOutcome.SUPPRESSED, attempts=0, at=now,
        idempotency_key=idempotency_key(alert.alert_id, channel), detail=detail,
    )  # fmt: skip


def delivered(before: Delivery, now: datetime, detail: str) -> Delivery:
    """After an attempt that succeeded."""
    return msgspec.structs.replace(
        before, outcome=DeliveryOutcome.DELIVERED, attempts=before.attempts + 1, at=now, detail=detail,
        next_attempt=None, alert=None,
    )  # fmt: skip


def refused(before: Delivery, now: datetime, detail: str) -> Delivery:
    """After an attempt that can never succeed; the alert stays in the record, so that it can be sent again by hand."""
    return msgspec.structs.replace(
        before, outcome=DeliveryOutcome.DEAD, attempts=before.attempts + 1, at=now, detail=detail, next_attempt=None
    )


def failed(before: Delivery, now: datetime, detail: str, policy: RetryPolicy, asked: float | None = None) -> Delivery:
    """After an attempt that may succeed later; `asked`: seconds the channel wants us to wait. Dead past `give_up`."""
    attempts = before.attempts + 1
    wait = policy.wait(attempts) if asked is None else max(timedelta(seconds=asked), policy.first)
    if now + wait - (before.first_at or now) > policy.give_up:
        return refused(before, now, f"given up after {attempts} attempts; last: {detail}")
    return msgspec.structs.replace(
        before, outcome=DeliveryOutcome.RETRYING, attempts=attempts, at=now, detail=detail, next_attempt=now + wait
    )
