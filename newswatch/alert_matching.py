"""Which alerts a silence or a route means: field → values, every field must agree. Pure."""

from collections.abc import Mapping, Sequence

from newswatch.errors import UserError
from newswatch.records.alert import Alert, Severity

FIELDS = ("rule", "severity", "country", "story", "source", "watch", "language", "kind", "operational", "alert")
"""Fields a matcher may name, beside `label.NAME`."""

LABEL = "label."


def check_matchers(matchers: Mapping[str, Sequence[str]]) -> None:
    """Raises UserError for a field alerts do not have or a severity that is none."""
    for name, values in matchers.items():
        if name not in FIELDS and not (name.startswith(LABEL) and len(name) > len(LABEL)):
            raise UserError(f"alerts cannot be matched by {name!r}; use one of {', '.join(FIELDS)} or label.NAME")
        known = [severity.value for severity in Severity]
        for value in values if name == "severity" else ():
            if value.removesuffix("+") not in known:
                raise UserError(f"{value!r} is not a severity; use {', '.join(known)}, with + for that and louder")


def matches(matchers: Mapping[str, Sequence[str]], alert: Alert) -> bool:
    """Whether every field given has one of its values; with no field, every alert."""
    return all(_one(name, values, alert) for name, values in matchers.items())


def _one(name: str, values: Sequence[str], alert: Alert) -> bool:
    if name == "severity":
        return any(_severity(value, alert.severity) for value in values)
    return not set(values).isdisjoint(_values(name, alert))


def _severity(wanted: str, actual: Severity) -> bool:
    order = list(Severity)
    if wanted.endswith("+"):
        return order.index(actual) >= order.index(Severity(wanted[:-1]))
    return actual.value == wanted


def _values(name: str, alert: Alert) -> set[str]:
    if name.startswith(LABEL):
        value = alert.labels.get(name.removeprefix(LABEL))
        return {value} if value is not None else set()
    single = {
        "rule": alert.rule_id, "story": alert.story_id, "source": alert.source, "watch": alert.watch,
        "language": alert.language, "kind": alert.kind, "operational": str(alert.operational).lower(),
        "alert": alert.alert_id,
    }  # fmt: skip
    if name == "country":
        return set(alert.countries)
    value = single.get(name)
    return {value} if value is not None else set()
