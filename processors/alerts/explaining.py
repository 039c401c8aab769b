"""One article against rules, with what was found and what was not: for `rules test`. Pure."""

from dataclasses import dataclass

from newswatch.records.article import Evidence
from newswatch.records.tracked import TrackedArticle
from processors.alerts.deciding import applies, read
from processors.alerts.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Whether an article meets a rule: the words that prove it and what was looked for in vain."""

    rule_id: str
    met: bool
    watch: bool
    kind: str
    proof: tuple[tuple[str, Evidence], ...]
    missed: tuple[str, ...]
    tier: str | None = None


def explain(rules: RuleSet, tracked: TrackedArticle, rule_id: str | None = None) -> list[Explanation]:
    """Every rule (or the one named) against the article."""
    reading = read(rules, tracked)
    chosen = [rule for rule in rules.rules if rule_id in (None, rule.id)]
    found = []
    for rule in chosen:
        met = rule.condition.met(reading, tracked)
        found.append(
            Explanation(
                rule_id=rule.id,
                met=met,
                watch=applies(rule, tracked),
                kind=rule.spec.type.value,
                proof=tuple(dict.fromkeys(rule.condition.proof(reading, tracked))),
                missed=tuple(dict.fromkeys(rule.condition.missed(reading, tracked))),
                tier=_tier(rule, [condition.met(reading, tracked) for condition in rule.tiers]),
            )
        )
    return found


def _tier(rule: Rule, met: list[bool]) -> str | None:
    names = [tier.name for tier, reached in zip(rule.spec.tiers, met, strict=True) if reached]
    return names[-1] if names else None
