"""Events told by nouns: "the US attack on Venezuela", "launched a raid", "the release of prisoners"."""

from collections.abc import Iterator

from processors.events import grammar
from processors.events.arguments import BY, sender, target_of
from processors.events.chunks import Item
from processors.events.clause import OF, Clause
from processors.events.drafts import Draft
from processors.events.grammar import Rule
from processors.events.mentions import Mention
from processors.events.modality import DROP, background, noun_status
from processors.events.needs import satisfied
from processors.events.phrases import Chunk, noun_phrases
from processors.events.predicates import Predicate
from processors.events.salience import Party

DEEDS = frozenset({"ASSAULT", "SANCTION", "MOBILIZE", "THREATEN"})  # whose bare modifier is the doer ("US attack")
SPOKEN = frozenset({"REQUEST", "THREATEN"})  # "of X" is who speaks
HIT = frozenset({"en", "in", "em", "a", "against", "contra", "on", "sobre", "to", "toward", "towards", "hacia"})
REFUSED = frozenset({"reject", "rechazar", "rejeitar", "repudiar"})  # of a deed: to judge it, not to deny it
JUDGING = frozenset({"opinion", "content", "deny"})  # who speaks of a deed has not done it
CONTENT = frozenset({"REQUEST", "THREATEN", "REJECT"})  # what is asked, threatened or refused is not told as a fact
ANSWERED = frozenset({"REQUEST", "THREATEN", "ACCUSE"})  # deeds that a refusal or denial answers
NAMED_ELSEWHERE = frozenset({"any", "both", "aimed", "source", "target"})  # needs a party from the sentence may meet
OBJECT_PREPOSITIONS = OF | {"a", "for", "with", "con", "com"}
TAKEN = 5  # items right of a noun in which its object stands
PARTNERS_OWN = frozenset({"SANCTION", "MOBILIZE", "THREATEN", "ASSAULT"})  # "the blockade of X" is the partner's own
REACH = 14  # items right of a noun in which its arguments may stand


def noun_drafts(clause: Clause, consumed: set[int], fired: dict[int, str]) -> Iterator[Draft]:
    """Drafts of the sentence's nominal triggers that no verb has told already."""
    verbs = {predicate.main for predicate in clause.predicates}
    for index in [index for index, item in enumerate(clause.items) if item.word.noun_rules]:  # none of a name
        item = clause.items[index]
        if index not in verbs and index not in consumed:
            draft = (
                None
                if _month(clause.items, index) or _predicative(clause, index)
                else _noun_draft(clause, index, item, fired)
            )
            if draft is not None:
                consumed.update(_taken_in(clause.items, index, draft))
                yield draft


def _month(items: list[Item], index: int) -> bool:
    """Whether a noun is a month here: "in March"."""
    return bool(index and items[index].flags & grammar.DAY and items[index - 1].flags & grammar.PREP)


def _predicative(clause: Clause, index: int) -> bool:
    """Whether a noun right behind "to be" is the adjective of its form: "la situación es crítica"."""
    before = clause.items[index - 1] if index else None
    return before is not None and bool(before.flags & grammar.BE) and clause.salience.lang != "en"


def _taken_in(items: list[Item], index: int, draft: Draft) -> Iterator[int]:
    """Nouns the draft's noun acts on, which are told by it: the sanctions of "the easing of sanctions"."""
    for at in range(index + 1, min(index + TAKEN, len(items))):
        if items[at].word.noun_rules and items[at].word.classes & draft.rule.objects and not draft.bare:
            yield at


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
    if status == "denied" and kinds & DEEDS and host is not None and host.word.lemma in REFUSED:
        status = "happened"
    right = noun_phrases(clause.items, index + 1, _right_end(clause, index))
    if as_subject and host is not None and host.passive:
        right = [*right, *clause.objects(host)]
    left = _left(clause, index)
    bare: Draft | None = None
    for rule in _rules(item, right, left):
        source, target = _parties(clause, rule, host, left, right, as_subject=as_subject)
        source, target = _completed(rule, clause, host, source, target)
        source, target = _counted(rule, clause, left, source, target)
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


def _counted(
    rule: Rule, clause: Clause, left: list[Item], source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """Both sides of a deed with a number and nobody named beside it ("156 releases"): it is done at home."""
    counted = any(item.text[0].isdigit() or item.flags & grammar.NUMBER for item in left if item.mention is None)
    if source is not None or target is not None or rule.pattern != "self" or not (counted or rule.mode == "hunger"):
        return source, target
    home = clause.salience.at_home()
    return home, home


def _completed(
    rule: Rule, clause: Clause, host: Predicate | None, source: Party | None, target: Party | None
) -> tuple[Party | None, Party | None]:
    """A missing side from the sentence: another state named there, that of the verb's subject before all."""
    if rule.weak or rule.need not in NAMED_ELSEWHERE or rule.pattern in {"self", "state"}:
        return source, target
    judged = host is not None and bool(host.word.speech or host.word.effects & JUDGING)
    code = next((party.country for party in (source, target) if party is not None and party.country), "")
    if not code or (source is not None and source.country and target is not None and target.country):
        return source, target
    focus = clause.salience.watch.focus
    subject = clause.subject(host) if host is not None else None
    apart = {"", code}
    unnamed = source is None or not source.country
    if judged and subject is not None and (unnamed or subject.country not in focus.core):
        apart.add(subject.country)
    other = subject if subject is not None and subject.country not in apart else None
    if other is None or (rule.type in DEEDS and code in focus.partners and other.country not in focus.core):
        named = [at for at in clause.salience.here if at not in apart]
        wanted = focus.core if code in focus.partners else focus.partners
        named.sort(key=lambda at: rule.type in DEEDS and at not in wanted)
        other = Party(named[0], named[0], explicit=False, kind="inferred") if named else other
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
    if judged and (source is None or target is None or (source.country == target.country and rule.pattern != "self")):
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


def _left(clause: Clause, index: int) -> list[Item]:
    """The words of the noun's own phrase before it, nearest first."""
    left: list[Item] = []
    for at in range(index - 1, max(-1, index - 7), -1):
        item = clause.items[at]
        flags = item.flags if item.mention is None else 0
        if flags & (grammar.PREP | grammar.SUB | grammar.COORD | grammar.REL) or item.text in ",;:.()":
            break
        if at in clause.verbs and "opinion" in item.word.effects:
            break  # who condemns an attack is not its doer
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
        if not (rule.objects and rule.objects.isdisjoint(classes)) and rule.excluded.isdisjoint(classes):
            yield rule


def _parties(
    clause: Clause, rule: Rule, host: Predicate | None, left: list[Item], right: list[Chunk], *, as_subject: bool
) -> tuple[Party | None, Party | None]:
    adjective = right[0] if right and clause.salience.lang != "en" and _adjective(right[0]) else None
    before = next((item.mention for item in left if item.mention is not None), None)
    modifier = before or (adjective.mentions[0] if adjective is not None else None)
    owner = next((item for item in left if item.flags & grammar.POSS and item.mention is None), None)
    agent = next((chunk for chunk in right if chunk.prep in BY and _by(rule, chunk)), None)
    behind = right[1:] if adjective is not None else right
    of = behind[0] if behind and behind[0].prep in OF else None
    doer = of if of is not None and _doer(clause, rule, of, behind) else None
    takes_of = bool(OF & set(rule.preps)) and doer is None
    source = clause.party(agent) if agent is not None else None
    if source is None:
        source = _left_source(clause, modifier, owner)
    if source is None and of is not None and not takes_of:
        source = clause.complement(of, right)
    if rule.mode == "deport":
        source = sender(clause, right) or source
    source = _hosting(clause, host, source, as_subject=as_subject)
    target = target_of(rule, [chunk for chunk in right if chunk.prep and chunk not in (agent, doer)], clause, source)
    if host is not None and "undergo" in host.word.effects and not as_subject:
        target = clause.subject(host)
    deed = modifier is not None and modifier.country not in clause.salience.watch.focus.core and rule.type in DEEDS
    if takes_of and (modifier is not None or owner is not None) and target is None and of is None and not deed:
        source, target = None, source
    return _settle(clause, rule, source, target, right)


def _left_source(clause: Clause, modifier: Mention | None, owner: Item | None) -> Party | None:
    """Who is named by the modifier or possessive of a noun."""
    if modifier is not None:
        return clause.salience.of_mention(modifier)
    return clause.owner(owner) if owner is not None else None


def _hosting(clause: Clause, host: Predicate | None, source: Party | None, *, as_subject: bool) -> Party | None:
    """The source with what a verb that carries the noun says: its subject, or its agent in a passive."""
    if host is None or not host.word.effects & {"light", "plan", "cancel"}:
        return source
    if not as_subject and not host.passive and (source is None or not source.country):
        return clause.subject(host) or source
    if as_subject and host.passive:
        agent = next((chunk for chunk in clause.objects(host) if chunk.prep in BY), None)
        return clause.party(agent) if agent is not None else source
    return source


def _by(rule: Rule, chunk: Chunk) -> bool:
    """Whether "by", "por" names a doer: not a tour "por España", nor a reward "por Cabello"."""
    return chunk.prep == "by" or (chunk.prep not in rule.preps and rule.type != "CONSULT")


def _doer(clause: Clause, rule: Rule, of: Chunk, right: list[Chunk]) -> bool:
    """Whether "of X" names the doer, as another state follows as the one hit ("acciones de EE.UU. en Venezuela")."""
    if rule.type in SPOKEN:
        return bool(of.mentions or of.role)
    focus = clause.salience.watch.focus
    if (
        rule.type in PARTNERS_OWN
        and of.mentions
        and of.mentions[0].country in focus.partners
        and not of.mentions[0].person
    ):
        return True
    states = [chunk for chunk in right if chunk.mentions and chunk.mentions[0].country]
    if rule.type not in DEEDS | {"CONSULT"} or len(states) < 2 or states[0].mentions[0].person or not states[0].prep:
        return False
    return states[1].prep in HIT and states[1].mentions[0].country != states[0].mentions[0].country


def _adjective(chunk: Chunk) -> bool:
    """Whether a phrase right behind a noun is the adjective of a state ("ataque estadounidense")."""
    return not chunk.prep and not chunk.after_comma and len(chunk.mentions) == 1 and chunk.mentions[0].kind == "demonym"


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
