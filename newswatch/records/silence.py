"""Silence: alerts that are kept but not sent, until a time (compacted topic news.silences)."""

from datetime import datetime

import msgspec


class Silence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Matching alerts are stored as silenced and go to no channel before `until`.

    `matchers`: field name (rule, severity, country, story, source, watch, language, or a label as `label.desk`) → the
    values of which the alert must have one; every field given must agree.
    """

    silence_id: str
    created_at: datetime
    until: datetime
    by: str
    matchers: dict[str, tuple[str, ...]]
    note: str | None = None
