"""Events told by nouns: "the US attack on Venezuela", "launched a raid", "the release of prisoners"."""

from collections.abc import Iterator

from processors.events import grammar
from processors.events.arguments import BY, OF, Clause, target_of
from processors.events.chunks import Item
from processors.events.drafts import Draft
from processors.events.grammar import Rule
from processors.events.modality import DROP, background, noun_status
from processors.events.needs import satisfied
from processors.events.phrases import Chunk, noun_phrases
from processors.events.predicates import Predicate
from processors.events.salience import Party

CONTENT = frozenset({"REQUEST", "THREATEN", "REJECT"})  # what is asked, threatened or refused is not told as a fact
ANSWERED = frozenset({"REQUEST", "THREATEN", "ACCUSE"})  # deeds that a refusal or denial answers
NAMED_ELSEWHERE = frozenset({"any", "both", "aimed", "source", "target"})  # needs a party from the sentence may meet
OBJECT_PREPOSITIONS = OF | {"a", "for", "with", "con", "com"}
REACH = 14  # items right of a noun in which its arguments may stand


def noun_drafts(clause: Clause, consumed: set[int], fired: dict[int, str]) -> Iterator[Draft]:
    """Drafts of the sentence's nominal triggers that no verb has told already."""
    verbs = {predicate.main for predicate in clause.predicates}
    for index, item in enumerate(clause.items):
        if item.mention is None and item.word.noun_rules and index not in verbs and index not in consumed:
            draft = _noun_draft(clause, index, item, fired)
            if draft is not None:
                yield draft


def _noun_draft(clause: Clause, index: int, item: Item, fired: dict[int, str]) -> Draft | None:
    host, as_subject = _host(clause, index)
    content = fired.get(host.main) if host is not None and not as_subject else None
    kinds = {rule.type for rule in item.word.noun_rules}
    answered = content == "REJECT" and bool(kinds & ANSWERED)
    if content in CONTENT and not answered:
        return None
    status = "happened" if answered else noun_status(clause, index, host, as_subject=as_subject)
    if status == DROP:
        return None
    right = noun_phrases(clause.items, index + 1, _right_end(clause, index))
    if as_subject and host is not None and host.passive:
        right = [*right, *clause.objects(host)]
    left = _left(clause.items, index)
    bare: Draft | None = None
    for rule in _rules(item, right, left):
        source, target = _parties(clause, rule, host, left, right, as_subject=as_subject)
        source, target = _completed(rule, clause, host, source, target)
        told = _told(rule, clause, host, source, target, as_subject=as_subject)
        if told or (bare is None and rule.need != "never" and not rule.weak and rule.need != "event"):
            draft = Draft(
                rule=rule, source=source, target=target, start=item.start, end=item.end,
                status=rule.status or _after_all(rule, host, status),
                trigger=item.text, from_item=max(0, index - 4), to_item=min(len(clause.items), index + REACH),
                predicate=host, background=background(clause, host) or _after(clause.items, index), past=True,
                bare=not told,
            )  # fmt: skip
            if told:
                return draft
            bare = draft
    return bare


def _completed(
    rule: Rule, clause: Clause, host: Predicate | None, source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """A missing side from the sentence: another state named there, that of the verb's subject before all."""
    if rule.weak or rule.need not in NAMED_ELSEWHERE or rule.pattern in {"self", "state"}:
        return source, target
    code = next((party.country for party in (source, target) if party is not None and party.country), "")
    if not code or (source is not None and source.country and target is not None and target.country):
        return source, target
    subject = clause.subject(host) if host is not None else None
    other = subject if subject is not None and subject.country not in {"", code} else None
    if other is None:
        named = dict.fromkeys(at for at in clause.salience.here if at != code)
        other = Party(next(iter(named)), next(iter(named)), explicit=False, kind="inferred") if named else None
    if source is None or not source.country:
        return other or source, target
    return source, other or target


def _after_all(rule: Rule, host: Predicate | None, status: str) -> str:
    """An arrest or attack that is announced has happened; other deeds announced are to come."""
    announced = host is not None and host.word.lemma in {"announce", "anunciar"} and status == "announced"
    return "happened" if announced and rule.type in {"COERCE", "ASSAULT"} else status


def _told(
    rule: Rule, clause: Clause, host: Predicate | None, source: Party | None, target: Party | None, *, as_subject: bool
) -> bool:
    """Whether a noun tells its event with parties enough; else it only recalls one."""
    if rule.need == "never" or (rule.need == "event" and (host is None or not host.word.effects & {"light", "plan"})):
        return False
    if rule.need == "event" and host is not None and host.passive != as_subject:
        return False
    if not any(party is not None and party.country and party.explicit for party in (source, target)):
        return False
    judged = host is not None and "opinion" in host.word.effects and not as_subject
    if judged and (source is None or target is None or source.country == target.country):
        return False
    return satisfied(rule, clause, host, source, target)


def _host(clause: Clause, index: int) -> tuple[Predicate | None, bool]:
    """The verb whose object (or, second value true, subject) the noun is in."""
    for predicate in reversed(clause.predicates):
        if predicate.end < index < predicate.object_end:
            return (predicate, False) if _direct(clause, index) else (None, False)
    for predicate in clause.predicates:
        if predicate.subject_start <= index < predicate.subject_end:
            return predicate, True
    return None, False


def _direct(clause: Clause, index: int) -> bool:
    """Whether a noun stands in an object proper, not in a phrase such as "after the attack"."""
    chunk = next((chunk for chunk in clause.chunks if chunk.start <= index < chunk.end), None)
    return chunk is None or not chunk.prep or chunk.prep in OBJECT_PREPOSITIONS


def _right_end(clause: Clause, index: int) -> int:
    """Where a noun's own arguments end: at the next verb, comma clause or after REACH items."""
    end = min(len(clause.items), index + REACH)
    for predicate in clause.predicates:
        if predicate.start > index:
            end = min(end, predicate.start)
            break
    for at in range(index + 1, end):
        item = clause.items[at]
        if item.mention is None and (
            item.text in ";:.(" or (item.flags & (grammar.SUB | grammar.REL) and not item.flags & grammar.PREP)
        ):
            return at
    return end


def _left(items: list[Item], index: int) -> list[Item]:
    """The words of the noun's own phrase before it, nearest first."""
    left: list[Item] = []
    for at in range(index - 1, max(-1, index - 7), -1):
        item = items[at]
        flags = item.flags if item.mention is None else 0
        if flags & (grammar.PREP | grammar.SUB | grammar.COORD | grammar.REL) or item.text in ",;:.()":
            break
        left.append(item)
        if flags & grammar.DET:
            break
    return left


def _rules(item: Item, right: list[Chunk], left: list[Item]) -> Iterator[Rule]:
    """The noun's rules whose object classes fit its phrase, in order."""
    classes: set[str] = set()
    for chunk in right[:2]:
        if not chunk.prep or chunk.prep in OF:
            classes |= chunk.classes
    for before in left:
        classes |= before.word.classes
    for rule in item.word.noun_rules:
        if (not rule.objects or rule.objects & classes) and not rule.excluded & classes:
            yield rule


def _parties(
    clause: Clause, rule: Rule, host: Predicate | None, left: list[Item], right: list[Chunk], *, as_subject: bool
) -> tuple[Party | None, Party | None]:
    modifier = next((item.mention for item in left if item.mention is not None), None)
    owner = next((item for item in left if item.flags & grammar.POSS and item.mention is None), None)
    source = clause.salience.of_mention(modifier) if modifier is not None else None
    if source is None and owner is not None:
        source = clause.salience.owner(owner)
    agent = next((chunk for chunk in right if chunk.prep in BY), None)
    if agent is not None:
        source = clause.salience.party(agent, clause.items) or source
    of = next((chunk for chunk in right if chunk.prep in OF and chunk is right[0]), None)
    takes_of = bool(OF & set(rule.preps))
    if source is None and of is not None and not takes_of:
        source = clause.salience.party(of, clause.items)
    if host is not None and not as_subject and host.word.effects & {"light", "plan", "cancel"} and not host.passive:
        source = clause.subject(host) or source
    if host is not None and as_subject and host.passive and host.word.effects & {"light", "plan", "cancel"}:
        agent_chunk = next((chunk for chunk in clause.objects(host) if chunk.prep in BY), None)
        source = clause.salience.party(agent_chunk, clause.items) if agent_chunk is not None else source
    target = target_of(rule, [chunk for chunk in right if chunk.prep and chunk is not agent], clause, source)
    if host is not None and "undergo" in host.word.effects and not as_subject:
        target = clause.subject(host)
    if takes_of and (modifier is not None or owner is not None) and target is None and of is None:
        source, target = None, source
    return _settle(clause, rule, source, target, right)


def _settle(
    clause: Clause, rule: Rule, source: Party | None, target: Party | None, right: list[Chunk]
) -> tuple[Party | None, Party | None]:
    if rule.pattern == "both" and right and right[0].prep in {"between", "entre"}:
        named = [mention for chunk in right[:3] for mention in chunk.mentions if mention.country]
        for mention in named[1:]:
            if mention.country != named[0].country:
                return clause.salience.of_mention(named[0]), clause.salience.of_mention(mention)
    if rule.pattern in {"self", "state"}:
        source, target = _domestic(clause, rule, source, target)
    if rule.type == "ACCUSE" and source is not None and any("attack" in chunk.classes for chunk in right):
        other = clause.salience.other(source.country)
        if other and (target is None or target.country == source.country):
            target = Party(other, other)
    return (target, None) if rule.need == "event" and source is None else (source, target)


def _domestic(
    clause: Clause, rule: Rule, source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """The missing side of what states do at home; foreigners are released or held by the state the article is about."""
    if target is None and source is not None and source.country:
        return source, Party(source.name, source.country, explicit=False, kind="inferred")
    if source is None and target is not None and rule.pattern == "self":
        abroad = target.country not in clause.salience.watch.focus.core
        home = clause.salience.home() if abroad else target.country
        return Party(target.name, home or target.country, explicit=False, kind="inferred"), target
    return source, target


def _after(items: list[Item], index: int) -> bool:
    return any(items[at].flags & grammar.PAST_SUB for at in range(max(0, index - 6), index))
