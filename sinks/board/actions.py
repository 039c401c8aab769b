"""What people can do on the board. The composition root passes the functions in, as they belong to other stages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from newswatch.records.silence import Silence as Record

Acknowledge = Callable[[str, str, str], None]
"""Alert id, by whom, note. Raises UserError for an alert that is not there, Unavailable when Kafka is away."""

Resolve = Callable[[str, str, str], None]
"""Alert id, by whom, note. Raises UserError for an alert that is not there, Unavailable when Kafka is away."""

Silence = Callable[[Mapping[str, Sequence[str]], timedelta, str, str], str]
"""Matchers, for how long, by whom, note → the silence's id. Raises UserError, Unavailable."""

Silences = Callable[[], Sequence[Record]]
"""The silences in force, the one that ends first at the top. Raises Unavailable."""

Unsilence = Callable[[str], None]
"""A silence's id → it ends now. Raises UserError for one that is not in force, Unavailable."""

CheckRule = Callable[[str], list[str]]
"""A rule file's text → its faults as sentences; none when it is right."""

Backtest = Callable[[str], Mapping[str, Any]]
"""A rule file's text → `articles` looked at, their `source`, `until` when if not to the end, how many alerts it would
have `fired`, and the newest of them as `alerts`
(title, fired_at, reason, story_id, article_id, source). Raises UserError, Unavailable."""


RuleText = Callable[[str], str]
"""A rule's id → the rule in force as a file's text. Raises UserError when there is none (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The functions behind the board's buttons."""

    acknowledge: Acknowledge
    resolve: Resolve
    silence: Silence
    silences: Silences
    unsilence: Unsilence
    check_rule: CheckRule
    backtest: Backtest
    rule_text: RuleText
