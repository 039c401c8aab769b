"""A clause's parties: who is the subject of each verb of a sentence, in its own words or through another's."""

from bisect import bisect_left
from functools import reduce
from operator import or_

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.phrases import Chunk, noun_phrases
from processors.events.predicates import (
    COMPLEMENT,
    COORDINATE,
    GERUND,
    INFINITIVE,
    MAIN,
    PARTICIPLE,
    RELATIVE,
    SUBORDINATE,
    Predicate,
)
from processors.events.salience import Party, Salience

OF = frozenset({"of", "de"})
PERSONAL = frozenset({"a"})
SEATS = frozenset({"country", "place"})
PLAIN = frozenset({"person", "country", "demonym", "place"})  # parties whose state no "of …" changes
VOICED = frozenset({"ACCUSE", "THREATEN", "REQUEST", "REJECT"})  # done by saying so
CLOSING = frozenset({",", '"'})  # what ends a report before its verb of saying
HANGING = frozenset({INFINITIVE, GERUND, COORDINATE, RELATIVE, PARTICIPLE})
ASIDE = frozenset({RELATIVE, PARTICIPLE, COORDINATE, GERUND})  # clauses a subject's verb may follow after a comma
COMMANDED = PERSONAL | {"on", "upon", "for"}  # "called on X to …", "instó a X a …"
OPENING = frozenset({MAIN, COMPLEMENT, SUBORDINATE})  # links of clauses that may put their subject last
SEATED = frozenset({"in", "en", "em"})  # "a judge in Madrid"


class Clause:
    """A sentence's items with its predicates and the parties of each, found once and kept."""

    def __init__(self, items: list[Item], predicates: list[Predicate], salience: Salience) -> None:
        self.items, self.predicates, self.salience = items, predicates, salience
        self.content = set[int]()  # items that are what a verb demands, threatens or promises, no events themselves
        self._subjects: dict[int, Party | None] = {}
        self._objects: dict[int, list[Chunk]] = {}
        self._subject_chunks: dict[int, list[Chunk]] = {}
        self._named: dict[tuple[int, int], Party | None] = {}
        verbs = frozenset(at for predicate in predicates for at in range(predicate.start, predicate.end + 1))
        self.verbs = verbs
        self.flags = reduce(or_, [item.flags for item in items], 0)  # of all its words
        self.named = [at for at, item in enumerate(items) if item.mention is not None]  # where names stand
        self.chunks = noun_phrases(items, 0, len(items), verbs, deverbal=salience.lang != "en")
        self._starts = [chunk.start for chunk in self.chunks]

    def within(self, start: int, end: int) -> list[Chunk]:
        """The noun phrases that begin in items[start:end]; the first keeps no preposition from before it."""
        starts = self._starts
        found = self.chunks[bisect_left(starts, start) : bisect_left(starts, end)]
        if found and found[0].inherited:
            found[0] = found[0].free()
        return found

    def objects(self, predicate: Predicate) -> list[Chunk]:
        """Noun phrases right of a predicate."""
        key = predicate.end
        if key not in self._objects:
            found = self.within(predicate.end + 1, predicate.object_end)
            self._objects[key] = found or self._shared_objects(predicate)
        return self._objects[key]

    def _shared_objects(self, predicate: Predicate) -> list[Chunk]:
        """The objects of the next verb where both act on them: "liberaron y deportaron a dos hombres"."""
        at = self.predicates.index(predicate) + 1
        following = self.predicates[at] if at < len(self.predicates) else None
        joined = following is not None and following.link == COORDINATE and following.start == predicate.end + 2
        return self.objects(following) if following is not None and joined else []

    def subject_chunks(self, predicate: Predicate) -> list[Chunk]:
        """Noun phrases left of a predicate, in its own clause, without fronted adverbials."""
        key = predicate.end
        if key not in self._subject_chunks:
            chunks = self.within(predicate.subject_start, predicate.subject_end)
            if chunks and chunks[0].prep == "a" and self._article(chunks[0]):
                chunks[0] = chunks[0].free()
            self._subject_chunks[key] = _without_fronted(chunks) or self._inverted(predicate)
        return self._subject_chunks[key]

    def _inverted(self, predicate: Predicate) -> list[Chunk]:
        """The subject behind a passive with nothing before it ("fueron detenidas cinco personas")."""
        opens = predicate.link in OPENING or (predicate.link == PARTICIPLE and not predicate.start)
        if not predicate.passive or not opens or self.salience.lang == "en":
            return []
        chunks = self.objects(predicate)
        first = next((at for at, chunk in enumerate(chunks) if not chunk.prep and not chunk.after_comma), None)
        return chunks[first:] if first is not None and first <= 1 else []

    def _article(self, chunk: Chunk) -> bool:
        """Whether the "a" a clause opens with is the Portuguese article, not the preposition."""
        opener = self.items[chunk.start - 1] if chunk.start else None
        return opener is not None and opener.text in {"a", "as"} and bool(opener.flags & grammar.DET)

    def subject(self, predicate: Predicate) -> Party | None:
        """Who does it: the clause's own subject, or the one it shares with its governor."""
        key = predicate.end
        if key not in self._subjects:
            self._subjects[key] = None
            self._subjects[key] = self._spoken(predicate) or self._find_subject(predicate)
        return self._subjects[key]

    def party(self, chunk: Chunk) -> Party | None:
        """Who a noun phrase means, its pronouns read with what the sentence has named before them."""
        key = (chunk.start, chunk.end)
        if chunk.mentions:
            if key not in self._named:
                self._named[key] = self.salience.party(chunk, self.items)
            return self._named[key]
        near = self._near(chunk, chunk.pron) if chunk.pron is not None else None
        return self.salience.party(chunk, self.items, near)

    def owner(self, item: Item) -> Party | None:
        """Whom a possessive ("his arrest") means."""
        at = self.items.index(item)
        return self.salience.owner(item, self._named_before(at, item, None))

    def _near(self, chunk: Chunk, pron: Item) -> Party | None:
        at = chunk.start
        host = next((one for one in self.predicates if one.end < at < one.object_end), None)
        barred = None if pron.flags & grammar.POSS else host
        if barred is not None and not pron.flags & grammar.PRON_SG:
            return None
        return self._named_before(at, pron, barred)

    def _named_before(self, at: int, pron: Item, barred: Predicate | None) -> Party | None:
        """The subject, else the person, named in the sentence before a pronoun; not the doer of what is done to it."""
        doer = self.subject(barred) if barred is not None else None
        single = bool(pron.flags & grammar.PRON_SG)
        for predicate in reversed(self.predicates):
            if predicate.end >= at or predicate is barred:
                continue
            found = self.subject(predicate)
            if found is None or not found.country or not found.explicit or found == doer:
                continue
            if not single or found.kind == "person" or self.salience.person is None:
                return found
        for item in reversed(self.items[:at]):
            if item.mention is not None and item.mention.person and (doer is None or item.mention.name != doer.name):
                return self.salience.of_mention(item.mention)
        return None

    def _find_subject(self, predicate: Predicate) -> Party | None:
        governor = predicate.governor
        special = self._reporter(predicate) or (self._controlled(predicate, governor) if governor is not None else None)
        if special is not None:
            return special
        if governor is not None and predicate.link in {INFINITIVE, GERUND, COORDINATE}:
            own = predicate.link == COORDINATE or bool(predicate.boundary_flags & grammar.SUB)
            found = self._own_subject(predicate) if own else self._absolute(predicate)
            return found or self._shared(predicate, governor)
        if governor is not None and self.oblique(predicate):
            return self._own_subject(predicate) or self._shared(predicate, governor)
        if predicate.link in {RELATIVE, PARTICIPLE}:
            return self._described(predicate) or self._own_subject(predicate) or self.antecedent(predicate)
        return self._own_subject(predicate) or self._led(predicate) or self._behind(predicate) or self._outer(predicate)

    def _described(self, predicate: Predicate) -> Party | None:
        """What a passive participle describes: the noun it touches, or the subject before ", accused of …"."""
        if predicate.link != PARTICIPLE or not predicate.passive or not predicate.start:
            return None
        if predicate.governor is not None and self.items[predicate.start - 1].text == ",":
            return self.subject(predicate.governor)
        beside = next((one for one in self.chunks if one.end == predicate.start), None)
        named = beside is not None and (beside.mentions or beside.role or "person" in beside.classes)
        return self.party(beside) if beside is not None and named else None

    def _spoken(self, predicate: Predicate) -> Party | None:
        """Whom a lone pronoun means inside a report: the speaker for "I", "he" and "we" ("Trump said he had …")."""
        chunks = self.subject_chunks(predicate)
        if len(chunks) != 1 or chunks[0].mentions or chunks[0].role or chunks[0].noun or chunks[0].pron is None:
            return None
        pron = chunks[0].pron
        if pron.flags & grammar.FIRST:
            for other in self.predicates:
                if other.word.speech and other is not predicate and not other.passive:
                    named = [chunk for chunk in self.subject_chunks(other) if chunk.mentions or chunk.role]
                    if named:
                        return self.complement(named[0], self.subject_chunks(other))
            return None
        governor = predicate.governor
        if not pron.flags & grammar.PRON_SG or predicate.link != COMPLEMENT or governor is None:
            return None
        speaker = self.subject(governor) if governor.word.speech else None
        return speaker if speaker is not None and speaker.kind == "person" else None

    def oblique(self, predicate: Predicate) -> bool:
        """Whether a relative clause acts on what it hangs on: "a los que acusó", "to whom he gave"."""
        if predicate.link != RELATIVE or predicate.boundary < 1:
            return False
        at = predicate.boundary - 1
        while at and self.items[at].flags & grammar.DET and not self.items[at].flags & grammar.PREP:
            at -= 1
        return bool(self.items[at].flags & grammar.PREP) and self.items[at].mention is None

    def _reporter(self, predicate: Predicate) -> Party | None:
        """The subject behind a verb that closes a report: '"…", acusó X'."""
        closes = bool(predicate.start) and self.items[predicate.start - 1].text in CLOSING
        if not closes or predicate.link in HANGING or "_" in predicate.word.lemma:
            return None
        if not predicate.word.speech and not any(rule.type in VOICED for rule in predicate.word.verb_rules):
            return None
        party = self._behind(predicate)
        return party if party is not None and (party.country or party.id) else None

    def _controlled(self, predicate: Predicate, governor: Predicate) -> Party | None:
        """Whom a governor tells to act: "asked X to free", "let X sell", "kept X from leaving"."""
        before = self.items[predicate.start - 1] if predicate.start else None
        barring = predicate.link == GERUND and before is not None and before.text == "from"
        told = predicate.link == INFINITIVE and "control" in governor.word.effects
        if not (barring or told) or governor.passive:
            return None
        for chunk in self.objects(governor) or self.subject_chunks(predicate):
            if not chunk.prep or chunk.prep in COMMANDED:
                party = self.party(chunk)
                return party if party is not None and party.country else None
        return None

    def _absolute(self, predicate: Predicate) -> Party | None:
        """The subject of "with its director, Alfredo Romero, calling for …"."""
        if predicate.link != GERUND:
            return None
        chunks = noun_phrases(self.items, predicate.subject_start, predicate.subject_end)
        opened = next((at for at, chunk in enumerate(chunks) if chunk.prep in {"with", "con", "com"}), None)
        named = [chunk for chunk in chunks[opened:] if chunk.mentions] if opened is not None else []
        return self.party(named[0]) if named else None

    def _shared(self, predicate: Predicate, governor: Predicate) -> Party | None:
        """The subject of the governor; past a relative clause about a thing, that of the clause it stands in."""
        comma = predicate.start and self.items[predicate.start - 1].text == ","
        if predicate.link == GERUND and comma and governor.link == COMPLEMENT and governor.governor is not None:
            return self.subject(governor.governor)
        shared = self.subject(governor)
        things = shared is None or not shared.country
        if things and governor.link == RELATIVE and governor.governor is not None and predicate.link == COORDINATE:
            return self.subject(governor.governor)
        return shared

    def _own_subject(self, predicate: Predicate) -> Party | None:
        interrupted = (
            predicate.start and self.items[predicate.start - 1].text == "," and predicate is not self.predicates[0]
        )
        chunks = self.subject_chunks(predicate)
        if interrupted:
            before = next((one for one in reversed(self.predicates) if one.end < predicate.start), None)
            if before is not None and before.link in ASIDE:
                return None  # "Maduro, who was flown to New York, has pleaded"
        heads = [chunk for chunk in chunks if not chunk.prep or chunk.after_comma]
        for chunk in heads[:3]:
            party = self.complement(chunk, chunks)
            if party is not None and (party.country or party.id):
                return party if chunk.mentions else self._apposed(chunk, heads) or party
        return self.party(heads[0]) if heads and not interrupted else None

    def _apposed(self, chunk: Chunk, heads: list[Chunk]) -> Party | None:
        """Who an office told without its holder is held by: "the minority leader, Chuck Schumer, …"."""
        following = [one for one in heads if one.start > chunk.start and one.after_comma]
        named = following and following[0].mentions and following[0].mentions[0].person
        return self.party(following[0]) if named and chunk.role is not None else None

    def complement(self, chunk: Chunk, chunks: list[Chunk]) -> Party | None:
        """The party of a noun phrase, with the state its "of …" names, or "in …" for a court or police."""
        party = self.party(chunk)
        if party is None or (party.country and party.explicit and party.kind in PLAIN):
            return party
        for following in chunks[chunks.index(chunk) + 1 :]:
            seated = following.prep in SEATED and not party.explicit and party.kind == "role" and _is_place(following)
            if following.prep not in OF and not seated:
                break
            owner = self._owning(party, following, chunks)
            if owner is not None:
                return owner
        return party

    def _owning(self, party: Party, following: Chunk, chunks: list[Chunk]) -> Party | None:
        """The party with the state of the phrase behind it; a body of no state stands for itself."""
        grouped = following.role is not None and party.kind == "noun"  # "simpatizantes del régimen"
        owner = self.complement(following, chunks) if grouped and following in chunks else None
        owner = owner or (self.party(following) if following.mentions or grouped else None)
        if owner is None or (not owner.country and (not owner.id or party.explicit)):
            return None
        if not owner.country:
            return owner
        name = party.name if party.id else party.text
        explicit = owner.explicit or bool(following.mentions)
        return Party(name, owner.country, party.id, party.sectors or owner.sectors, party.text, explicit, "group")

    def antecedent(self, predicate: Predicate) -> Party | None:
        """The noun phrase a relative or participle clause hangs on; a happening's doer where it is a happening."""
        edge = predicate.boundary if predicate.link == RELATIVE else predicate.start
        governor = predicate.governor
        start = governor.end + 1 if governor is not None else 0
        chunks = noun_phrases(self.items, start, edge)
        if chunks and chunks[-1].mentions and chunks[-1].end == edge - 1 and self._voiced(predicate):
            return self.party(chunks[-1])  # "the blockade by the United States, which threatened …"
        if any("attack" in chunk.classes for chunk in chunks) and governor is not None and predicate.link == RELATIVE:
            return self.subject(governor)
        for chunk in reversed(chunks):
            if chunk.mentions or chunk.role:
                return self.party(chunk)
        if governor is not None and not chunks:
            return self.subject(governor)
        return self.party(chunks[-1]) if chunks else None

    def _led(self, predicate: Predicate) -> Party | None:
        """The subject of the clause behind "After seizing the ships, …", "Depois de tomar …, o governo …"."""
        if predicate is not self.predicates[0] or not predicate.leads:
            return None
        behind = next((one for one in self.predicates[1:] if one.link == MAIN), None)
        return self._own_subject(behind) if behind is not None else None

    @staticmethod
    def _voiced(predicate: Predicate) -> bool:
        return predicate.link == RELATIVE and any(rule.type in VOICED for rule in predicate.word.verb_rules)

    def _behind(self, predicate: Predicate) -> Party | None:
        """A subject after its verb ("said Trump", "anunció el gobierno"); it is no object then."""
        if self.salience.lang == "en" and not predicate.word.speech:
            return None
        chunks = self.objects(predicate)
        if chunks and not chunks[0].prep and (chunks[0].mentions or chunks[0].role) and not predicate.passive:
            first = chunks[0]
            if all(self.items[i].flags & (grammar.DET | grammar.ADVERB) for i in range(predicate.end + 1, first.start)):
                party = self.complement(first, chunks)
                self._objects[predicate.main] = chunks[1:]
                return party
        return None

    def _outer(self, predicate: Predicate) -> Party | None:
        """The subject of the clause this one interrupts or follows; else what the article spoke of last."""
        for other in self.predicates:
            if other.main >= predicate.main:
                break
            if self._subjects.get(other.main) is not None:
                return self._subjects[other.main]
            if self.subject_chunks(other):
                return self.subject(other)
        if self.salience.lang == "en" and not predicate.subject_start < predicate.subject_end:
            return None
        known = self.salience.subject
        return Party(known.name, known.country, known.id, known.sectors, "", False, known.kind) if known else None


def _is_place(chunk: Chunk) -> bool:
    return len(chunk.mentions) == 1 and chunk.mentions[0].kind in SEATS and chunk.role is None


def _without_fronted(chunks: list[Chunk]) -> list[Chunk]:
    """Drops "On Friday," and the like: everything before the first comma when it opens with a preposition."""
    if not chunks or not chunks[0].prep:
        return chunks
    return next((chunks[index:] for index, chunk in enumerate(chunks) if index and chunk.after_comma), chunks)
