"""Our data views and saved searches."""

from sinks.index_names import Family
from sinks.kibana.measures import (
    HAPPENED,
    NEWS,
    ON_WATCH,
    PROBLEM_HEALTH,
)
from sinks.kibana.model import (
    DataView,
    SavedSearch,
)

VIEWS = (
    DataView(family=Family.ARTICLES, name="newswatch: articles"),
    DataView(family=Family.EVENTS, name="newswatch: events"),
    DataView(family=Family.STORIES, name="newswatch: stories", time_field="last_seen"),
    DataView(family=Family.ALERTS, name="newswatch: alerts", time_field="fired_at"),
    DataView(family=Family.DELIVERIES, name="newswatch: deliveries"),
    DataView(family=Family.REJECTED, name="newswatch: rejected inputs"),
    DataView(family=Family.FEEDS, name="newswatch: feeds"),
)

SEARCHES = (
    SavedSearch(
        id="newest-articles",
        title="Newest articles on the watch",
        description="What came in, newest first",
        view=Family.ARTICLES,
        columns=("outlet.name", "title", "countries", "actors", "story.independent_sources"),
        where=(ON_WATCH,),
    ),
    SavedSearch(
        id="newest-alerts",
        title="Newest alerts",
        description="News alerts with the reason each fired",
        view=Family.ALERTS,
        columns=("severity", "rule.name", "title", "reason", "status"),
        where=(NEWS,),
        sort="fired_at",
    ),
    SavedSearch(
        id="growing-stories",
        title="Stories",
        description="Stories by their newest article",
        view=Family.STORIES,
        columns=("title", "independent_sources", "article_count", "countries", "event_types"),
        sort="last_seen",
    ),
    SavedSearch(
        id="events-that-happened",
        title="Events that happened",
        description="Coded events told as having happened, with the words that prove them",
        view=Family.EVENTS,
        columns=(
            "coded.type",
            "coded.actor.name",
            "coded.target.name",
            "coded.place.name",
            "coded.sentence",
            "outlet.name",
        ),
        where=(HAPPENED,),
    ),
    SavedSearch(
        id="rejected-inputs",
        title="Rejected inputs",
        description="What could not be processed, and why",
        view=Family.REJECTED,
        columns=("stage", "error.type", "error.message", "url.full", "redriven"),
    ),
    SavedSearch(
        id="feeds-in-trouble",
        title="Feeds in trouble",
        description="Feeds that fail, are stale or gone",
        view=Family.FEEDS,
        columns=("health", "outlet.name", "feed.url", "failures", "error.message", "last_success"),
        where=(PROBLEM_HEALTH,),
    ),
)
