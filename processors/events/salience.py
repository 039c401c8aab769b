"""Who is meant: parties resolved from noun phrases, with what the article has named so far."""

import msgspec

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.mentions import Mention
from processors.events.phrases import Chunk
from processors.events.watchdata import Watch
from processors.events.watchfiles import Actor

THING = frozenset({"it", "its", "itself"})
"""Pronouns that mean no person."""


class Party(msgspec.Struct, frozen=True):
    """Someone in an event: name, state ("" for none), entity id, sectors, words; `explicit` unless inferred."""

    name: str
    country: str
    id: str = ""
    sectors: tuple[str, ...] = ()
    text: str = ""
    explicit: bool = True
    kind: str = ""


class Salience:
    """What an article has named so far; grows as its sentences are read, in order."""

    def __init__(self, watch: Watch, day: str, lang: str) -> None:
        self.watch, self.day, self.lang = watch, day, lang
        self.person: Party | None = None
        self.subject: Party | None = None
        self._body: Mention | None = None
        self.speaker: Party | None = None
        self.recent: list[str] = []
        self.here: list[str] = []
        self.persons: dict[str, Party] = {}

    def note(self, mention: Mention) -> None:
        """Remembers a mention that has been passed."""
        if mention.person:
            self.person = self.of_mention(mention)
            self.persons.pop(self.person.id, None)
            self.persons[self.person.id] = self.person
        elif mention.country:
            self._body = mention
        if mention.country:
            if mention.country in self.recent:
                self.recent.remove(mention.country)
            self.recent.append(mention.country)

    @property
    def body(self) -> Party | None:
        """The state, place or body named last."""
        return self.of_mention(self._body) if self._body is not None else None

    def of_mention(self, mention: Mention, text: str = "") -> Party:
        """The party a mention names."""
        actor = mention.actor
        return Party(
            mention.name, mention.country, actor.id if actor else "", mention.sectors, text, True,
            actor.kind if actor else mention.kind,
        )  # fmt: skip

    def party(self, chunk: Chunk, items: list[Item], near: Party | None = None) -> Party | None:
        """Who a noun phrase means; None for nobody known. `near` is whom the sentence itself offers its pronoun."""
        text = " ".join([item.text for item in items[chunk.start : chunk.end]])
        if chunk.mentions:
            return self._named(chunk, text)
        if chunk.role is not None and (chunk.pron is None or not chunk.pron.flags & grammar.PRON):
            return self._role(chunk.role, self._possessor(chunk, near), text)
        owned = chunk.noun is not None and chunk.pron is not None and bool(chunk.pron.flags & grammar.POSS)
        if chunk.pron is not None and not owned:
            return self._pronoun(chunk.pron, text, near)
        if chunk.noun is not None:
            return Party(text, "", text=text, kind="noun")
        return None

    def _named(self, chunk: Chunk, text: str) -> Party:
        heads = [mention for mention in chunk.mentions if mention.actor is not None and not mention.poss]
        head = heads[-1] if heads else chunk.mentions[0]
        country = head.country or next((mention.country for mention in chunk.mentions if mention.country), "")
        if head.actor is not None and not country and not head.person:
            return self.of_mention(head, text)
        if chunk.role is not None and (head.actor is None or (head.poss and head.actor.kind != "person")):
            return self._role(chunk.role, country, text)
        party = self.of_mention(head, text)
        if not party.country and country:
            party = msgspec.structs.replace(party, country=country)
        return party

    def _possessor(self, chunk: Chunk, near: Party | None) -> str:
        owner = near or self.subject if chunk.pron is not None else None
        return owner.country if owner is not None else ""

    def _role(self, item: Item, country: str, text: str) -> Party:
        role = item.word.role
        assert role is not None
        if not country and role.country in self.watch.countries:
            country = role.country
        explicit = bool(country)
        if not country:
            known = self._last_holder(role.title) if not role.group else None
            if known is not None:
                return msgspec.structs.replace(known, text=text, explicit=True)
            country = self.home()
        holder = self._holder(country, role.title) if not role.group else None
        if holder is not None:
            return Party(holder.name, country, holder.id, holder.sectors, text, explicit, "person")
        return Party(text, country, sectors=(role.sector,), text=text, explicit=explicit, kind="role")

    def _last_holder(self, title: str) -> Party | None:
        """The person named last who holds or has held this office."""
        for party in reversed(self.persons.values()):
            actor = self.watch.actors.get(party.id)
            titles = {role.title for role in actor.roles} if actor is not None else set()
            if title in titles or (title == "leader" and titles & {"president", "acting president"}):
                return party
        return None

    def _holder(self, country: str, title: str) -> Actor | None:
        titles = (title, "acting president") if title in {"president", "leader"} else (title,)
        for wanted in titles if title != "leader" else ("president", "acting president"):
            for start, end, actor in self.watch.roles.get((country, wanted), ()):
                if (start or "0") <= self.day < (end or "9"):
                    return actor
        return None

    def owner(self, item: Item, near: Party | None) -> Party | None:
        """Whom a possessive ("his arrest") means."""
        return self._pronoun(item, item.text, near)

    def _pronoun(self, item: Item, text: str, near: Party | None) -> Party | None:
        known: Party | None
        if item.flags & grammar.FIRST:
            known = self.speaker or self.subject
        elif item.flags & grammar.PRON_SG:
            known = near or self.person or self.subject
        elif item.text in THING:
            known = next((one for one in (near, self.subject, self.body) if one and one.kind != "person"), None)
        else:
            known = near or self.subject or self.body
        return msgspec.structs.replace(known, text=text, explicit=False) if known is not None else None

    def home(self) -> str:
        """The country a bare "the government" or "police" belongs to: the last core country, else the last."""
        core = self.watch.focus.core
        for codes in (self.here, list(reversed(self.recent))):
            for code in codes:
                if code in core:
                    return code
        return self.recent[-1] if self.recent else next(iter(self.here), "")

    def at_home(self) -> Party | None:
        """The core country the sentence or article is about, as a party."""
        code = self.home()
        return Party(self.watch.countries[code].name, code, kind="inferred") if code in self.watch.focus.core else None

    def other(self, country: str) -> str:
        """The country named most recently but the one given."""
        return next((code for code in (*self.here, *reversed(self.recent)) if code != country), "")
