"""BacktestEntry: what a rule set would have fired, in a ledger that no channel can read."""

from datetime import datetime

import msgspec


class BacktestEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One firing in a backtest: not an Alert, so that nothing that delivers alerts can take it for one."""

    rule_id: str
    story_id: str | None
    story_title: str | None
    article_id: str | None
    title: str
    url: str | None
    first_seen: datetime
    severity: str
    reason: str
    suppressed: int = 0
