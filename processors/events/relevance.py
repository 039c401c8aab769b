"""Relevance: whether an article tells an event of the watch, and what decided it."""

import re

import msgspec

from processors.events.drafts import Draft
from processors.events.mentions import Mention
from processors.events.plover import STATE_SECTORS
from processors.events.watchdata import Focus

WORD = re.compile(r"[^\W\d_]+")
STRONG = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "RETREAT", "CONCEDE", "THREATEN", "PROTEST", "AID"})
OFF_TOPIC_WEIGHT = 1.5
HEAD = 400  # characters of title and lead in which an article names what it is about
POLITICAL = STATE_SECTORS | {"OPP", "PTY", "ELI", "REB", "UAF"}


class Verdict(msgspec.Struct, frozen=True):
    """Whether an article is on the watch, with the reason in one line."""

    relevant: bool
    reason: str


def beside(mentions: list[Mention], focus: Focus, implied: frozenset[str]) -> Verdict | None:
    """The verdict on a text that names nothing by which an event could be on the watch; None for one to be read.

    `implied` are states that words of its language mean without naming them ("the Treasury").
    """
    near = focus.core | focus.theatres
    unnamed = focus.partners | implied | {code for known in focus.known for code in (known.source, known.target)}
    if any(one.country in near or (one.place is not None and one.place.id in near) for one in mentions):
        return None
    return _names_none(focus) if focus.theatres.isdisjoint(unnamed) else None


def _names_none(focus: Focus) -> Verdict:
    return Verdict(False, "names no " + " or ".join(sorted(focus.core)))


def judge(drafts: list[Draft], mentions: list[Mention], focus: Focus, plain: str, lang: str) -> Verdict:
    """On the watch when an event has a core country as doer, target or place, or its politics are the subject.

    `plain` is the folded text with nothing but words.
    Words of other subjects (sport, food, shows) weigh against weak evidence.
    """
    on_watch = [draft for draft in drafts if _core(draft, focus)]
    strong = [draft for draft in on_watch if draft.rule.type in STRONG]
    actors = {m.name for m in mentions if m.country in focus.core and _political(m)}
    named = any(mention.country in focus.core for mention in mentions)
    if not named and _in_theatre(drafts, mentions, focus):
        return Verdict(True, "a deed of a partner in a theatre of the watch")
    if not named:
        return _names_none(focus)
    others = {m.country for m in mentions if m.country and m.country not in focus.core}
    political = any(_political(m) for m in mentions) or bool(others)
    off = sorted(_words(plain).intersection(focus.off_topic.get(lang, ())))
    weight = (
        2 * len(strong)
        + 1.5 * (len(on_watch) - len(strong))
        + len(actors)
        + 0.7 * political
        + 0.7 * (len(drafts) > len(on_watch))
        + 0.7 * _prominent(mentions, focus)
    )
    if weight <= OFF_TOPIC_WEIGHT * len(off) or not weight:
        return Verdict(False, "words of another subject: " + ", ".join(off[:5]) if off else "no event of the watch")
    if on_watch:
        best = (strong or on_watch)[0]
        source, target = best.countries
        return Verdict(True, f"{best.rule.type} {source or '?'}→{target or '?'} ({best.status}): “{best.trigger}”")
    if actors:
        return Verdict(True, "its politics: " + ", ".join(sorted(actors)[:4]))
    return Verdict(True, "an event told beside it" if drafts else "its affairs, and no words of another subject")


def _words(plain: str) -> set[str]:
    """The words of a text, without the digits some hold."""
    found = set(plain.split())
    return found.union(*(WORD.findall(one) for one in found if not one.isalpha()))


def _in_theatre(drafts: list[Draft], mentions: list[Mention], focus: Focus) -> bool:
    """Whether a partner is told to act in a place of the list, or upon a country of it or the other way round."""
    there = any(mention.place is not None and mention.place.id in focus.theatres for mention in mentions)
    if there and drafts and any(mention.country in focus.partners for mention in mentions):
        return True
    return any(set(draft.countries) & focus.partners and set(draft.countries) & focus.theatres for draft in drafts)


def _prominent(mentions: list[Mention], focus: Focus) -> bool:
    """Whether a core country is named at the head of the text and by a third of the mentions of countries."""
    named = [mention for mention in mentions if mention.country]
    core = [mention for mention in named if mention.country in focus.core]
    return bool(core) and core[0].start < HEAD and 3 * len(core) >= len(named)


def _political(mention: Mention) -> bool:
    return mention.actor is not None and (
        bool(POLITICAL & set(mention.sectors))
        or mention.actor.kind in {"government", "agency", "armed-group", "party", "prison"}
    )


def _core(draft: Draft, focus: Focus) -> bool:
    place = draft.place.country if draft.place is not None else None
    return bool(focus.core & {*draft.countries, place or ""})
