"""Relevance: whether an article tells an event of the watch, and what decided it."""

import re

import msgspec

from processors.drafts import Draft
from processors.watchdata import Focus

WORD = re.compile(r"[^\W\d_]+")
OFF_TOPIC_LIMIT = 3  # this many different words of sport, food or show business outweigh one weak event
STRONG = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "RETREAT", "CONCEDE", "THREATEN", "PROTEST", "AID"})


class Verdict(msgspec.Struct, frozen=True):
    """Whether an article is on the watch, with the reason in one line."""

    relevant: bool
    reason: str


def judge(drafts: list[Draft], focus: Focus, fold: str, lang: str) -> Verdict:
    """On the watch when an event has a core country as doer, target or place."""
    on_watch = [draft for draft in drafts if _core(draft, focus)]
    if not on_watch:
        return Verdict(
            False, "no event with " + " or ".join(sorted(focus.core)) + (" among those found" if drafts else "")
        )
    off = set(WORD.findall(fold)) & set(focus.off_topic.get(lang, ()))
    strong = [draft for draft in on_watch if draft.rule.type in STRONG]
    if len(off) >= OFF_TOPIC_LIMIT and not strong:
        return Verdict(False, "words of another subject: " + ", ".join(sorted(off)[:5]))
    best = (strong or on_watch)[0]
    source, target = best.countries
    return Verdict(True, f"{best.rule.type} {source or '?'}→{target or '?'} ({best.status}): “{best.trigger}”")


def _core(draft: Draft, focus: Focus) -> bool:
    place = draft.place.country if draft.place is not None else None
    return bool(focus.core & {*draft.countries, place or ""})
