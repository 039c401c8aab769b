"""Numbers and conditions that several panels share."""

from sinks.kibana.model import (
    Measure,
    Operation,
    Where,
)

ON_WATCH = Where(field="relevant", values=("true",))
HAPPENED = Where(field="coded.status", values=("happened",))
NEWS = Where(field="operational", values=("true",), none=True)
WATCHED_COUNTRIES = ("VEN", "CUB", "USA")
PROBLEM_HEALTH = Where(field="health", values=("ok", "new", "off"), none=True)

ARTICLES = Measure(label="Articles")
EVENTS = Measure(label="Events")
OUTLETS = Measure(label="Outlets", operation=Operation.DISTINCT, field="outlet.name.keyword")
STORIES = Measure(label="Stories", operation=Operation.DISTINCT, field="story_id")
