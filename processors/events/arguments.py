"""Arguments: which rule a trigger means here, and who fills its source and target."""

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.grammar import Rule
from processors.events.phrases import Chunk, noun_phrases
from processors.events.predicates import COMPLEMENT, COORDINATE, GERUND, INFINITIVE, PARTICIPLE, RELATIVE, Predicate
from processors.events.salience import Party, Salience

OF = frozenset({"of", "de"})
CONTINUES = OF | {"as", "como", "a"}  # prepositions after which an object goes on
PERSONAL = frozenset({"a"})
BY = frozenset({"by", "por"})
INSIDE = frozenset({"in", "during", "en", "durante", "em"})
SKIPPED = frozenset(
    {"since", "after", "before", "desde", "tras", "antes", "após", "until", "hasta", "até", "despite", "according to"}
)


class Clause:
    """A sentence's items with its predicates and the parties of each, found once and kept."""

    def __init__(self, items: list[Item], predicates: list[Predicate], salience: Salience) -> None:
        self.items, self.predicates, self.salience = items, predicates, salience
        self._subjects: dict[int, Party | None] = {}
        self._objects: dict[int, list[Chunk]] = {}
        self._subject_chunks: dict[int, list[Chunk]] = {}
        verbs = frozenset(at for predicate in predicates for at in range(predicate.start, predicate.end + 1))
        self.chunks = noun_phrases(items, 0, len(items), verbs)

    def within(self, start: int, end: int) -> list[Chunk]:
        """The noun phrases that begin in items[start:end]; the first keeps no preposition from before it."""
        found = [chunk for chunk in self.chunks if start <= chunk.start < end]
        if found and found[0].inherited:
            found[0] = found[0].free()
        return found

    def objects(self, predicate: Predicate) -> list[Chunk]:
        """Noun phrases right of a predicate."""
        key = predicate.main
        if key not in self._objects:
            self._objects[key] = self.within(predicate.end + 1, predicate.object_end)
        return self._objects[key]

    def subject_chunks(self, predicate: Predicate) -> list[Chunk]:
        """Noun phrases left of a predicate, in its own clause, without fronted adverbials."""
        key = predicate.main
        if key not in self._subject_chunks:
            chunks = self.within(predicate.subject_start, predicate.subject_end)
            self._subject_chunks[key] = _without_fronted(chunks)
        return self._subject_chunks[key]

    def subject(self, predicate: Predicate) -> Party | None:
        """Who does it: the clause's own subject, or the one it shares with its governor."""
        key = predicate.main
        if key not in self._subjects:
            self._subjects[key] = None
            self._subjects[key] = self._spoken(predicate) or self._find_subject(predicate)
        return self._subjects[key]

    def _find_subject(self, predicate: Predicate) -> Party | None:
        governor = predicate.governor
        if predicate.link in {INFINITIVE, GERUND, COORDINATE} and governor is not None:
            own = predicate.link == COORDINATE or bool(predicate.boundary_flags & grammar.SUB)
            found = self._own_subject(predicate) if own else self._absolute(predicate)
            return found or self._shared(predicate, governor)
        if predicate.link == RELATIVE or predicate.link == PARTICIPLE:
            return self._own_subject(predicate) or self._antecedent(predicate)
        return self._own_subject(predicate) or self._behind(predicate) or self._outer(predicate)

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

    def _absolute(self, predicate: Predicate) -> Party | None:
        """The subject of "with its director, Alfredo Romero, calling for …"."""
        if predicate.link != GERUND:
            return None
        chunks = noun_phrases(self.items, predicate.subject_start, predicate.subject_end)
        opened = next((at for at, chunk in enumerate(chunks) if chunk.prep in {"with", "con", "com"}), None)
        named = [chunk for chunk in chunks[opened:] if chunk.mentions] if opened is not None else []
        return self.salience.party(named[0], self.items) if named else None

    def _shared(self, predicate: Predicate, governor: Predicate) -> Party | None:
        """The subject of the governor; past a relative clause about a thing, that of the clause it stands in."""
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
        heads = [chunk for chunk in chunks if not chunk.prep or chunk.after_comma]
        for chunk in heads[:3]:
            party = self.complement(chunk, chunks)
            if party is not None and (party.country or party.id):
                return party
        return self.salience.party(heads[0], self.items) if heads and not interrupted else None

    def complement(self, chunk: Chunk, chunks: list[Chunk]) -> Party | None:
        """The party of a noun phrase, with the state its "of …" names."""
        party = self.salience.party(chunk, self.items)
        if party is None or (
            party.country and party.explicit and party.kind in {"person", "country", "demonym", "place"}
        ):
            return party
        for following in chunks[chunks.index(chunk) + 1 :]:
            if following.prep in OF and following.mentions:
                named = self.salience.party(following, self.items)
                if named is not None and named.country:
                    name = party.name if party.id else party.text
                    return Party(
                        name, named.country, party.id, party.sectors or named.sectors, party.text, True, "group"
                    )
            elif following.prep not in OF:
                break
        return party

    def _antecedent(self, predicate: Predicate) -> Party | None:
        """The noun phrase a relative or participle clause hangs on; a happening's doer where it is a happening."""
        edge = predicate.boundary if predicate.link == RELATIVE else predicate.start
        governor = predicate.governor
        start = governor.end + 1 if governor is not None else 0
        chunks = noun_phrases(self.items, start, edge)
        if any("attack" in chunk.classes for chunk in chunks) and governor is not None and predicate.link == RELATIVE:
            return self.subject(governor)
        for chunk in reversed(chunks):
            if chunk.mentions or chunk.role:
                return self.salience.party(chunk, self.items)
        if governor is not None and not chunks:
            return self.subject(governor)
        return self.salience.party(chunks[-1], self.items) if chunks else None

    def _behind(self, predicate: Predicate) -> Party | None:
        """A subject after its verb ("said Trump", "anunció el gobierno"), only where nothing stands before it."""
        if self.salience.lang == "en" and not predicate.word.speech:
            return None
        chunks = self.objects(predicate)
        if chunks and not chunks[0].prep and (chunks[0].mentions or chunks[0].role) and not predicate.passive:
            first = chunks[0]
            if all(self.items[i].flags & (grammar.DET | grammar.ADVERB) for i in range(predicate.end + 1, first.start)):
                return self.complement(first, chunks)
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


def _without_fronted(chunks: list[Chunk]) -> list[Chunk]:
    """Drops "On Friday," and the like: everything before the first comma when it opens with a preposition."""
    if not chunks or not chunks[0].prep:
        return chunks
    return next((chunks[index:] for index, chunk in enumerate(chunks) if index and chunk.after_comma), chunks)


def object_classes(clause: Clause, predicate: Predicate) -> set[str]:
    """Noun classes of what the verb acts on: the object of an active verb, the subject of a passive one."""
    classes: set[str] = set()
    if predicate.passive:
        for chunk in _acted_on(clause, predicate):
            classes |= chunk.classes
        if not predicate.has(grammar.REFLEXIVE):
            return classes
    direct = False
    for chunk in clause.objects(predicate):
        paid = "money" in classes and chunk.prep in INSIDE  # "$6 million in assistance"
        if direct and chunk.prep and chunk.prep not in CONTINUES and not paid:
            break
        if not direct and chunk.prep and chunk.prep not in PERSONAL:
            continue
        direct = True
        classes |= chunk.classes
    return classes


def _acted_on(clause: Clause, predicate: Predicate) -> list[Chunk]:
    """The noun phrases a passive verb acts on: its subject, or what its participle hangs on."""
    chunks = clause.subject_chunks(predicate)
    governor = predicate.governor
    if not chunks and predicate.link in {PARTICIPLE, RELATIVE}:
        return noun_phrases(clause.items, governor.end + 1 if governor else 0, predicate.start)[-2:]
    if not chunks and governor is not None and predicate.link == COORDINATE:
        return clause.subject_chunks(governor)
    return chunks


def target_of(rule: Rule, chunks: list[Chunk], clause: Clause, source: Party | None) -> Party | None:
    """The best-placed party right of a trigger: direct object, the rule's prepositions, then "of", then "in"."""
    best: tuple[int, int, Party] | None = None
    for index, chunk in enumerate(chunks):
        rank = _rank(rule, chunk, first=not index)
        if rank is None:
            continue
        party = clause.salience.party(chunk, clause.items)
        if party is None or not (party.country or party.id):
            continue
        rank += 0 if party.explicit else 5
        rank += 6 if party.kind == "company" else 0
        if source is not None and party.country == source.country and not (chunk.mentions and rank == 0):
            rank += 10
        if best is None or (rank, index) < best[:2]:
            best = (rank, index, party)
    return best[2] if best is not None else None


def _rank(rule: Rule, chunk: Chunk, *, first: bool) -> int | None:
    if chunk.prep in SKIPPED or (chunk.prep in BY and chunk.prep not in rule.preps):
        return None
    if not chunk.prep or (first and chunk.prep in PERSONAL):
        return 0
    if chunk.prep in rule.preps or chunk.prep in PERSONAL:
        return 1
    if chunk.prep in OF:
        return 2
    return 4 if chunk.prep in INSIDE else None


def agent_of(chunks: list[Chunk], clause: Clause) -> Party | None:
    """Who did it in a passive: "by X", or the state of "in a US operation"."""
    for chunk in chunks:
        if chunk.prep in BY:
            party = clause.salience.party(chunk, clause.items)
            if party is not None and (party.country or party.id):
                return party
    for chunk in chunks:
        if chunk.prep in INSIDE and chunk.classes & {"attack", "protest"}:
            if chunk.mentions:
                return clause.salience.of_mention(chunk.mentions[0], "")
            named = clause.complement(chunk, chunks)
            if named is not None and named.country:
                return named
    return None
