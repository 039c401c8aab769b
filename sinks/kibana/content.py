"""All of what goes to Kibana."""

from sinks.index_names import Family
from sinks.kibana.analysis_dashboards import EVENTS_AND_ACTORS, FRAMING
from sinks.kibana.model import DataView, SavedSearch
from sinks.kibana.news_dashboards import COUNTRY, NOW
from sinks.kibana.pipeline_dashboard import PIPELINE
from sinks.kibana.searches import SEARCHES as SEARCHES
from sinks.kibana.searches import VIEWS as VIEWS

DASHBOARDS = (NOW, COUNTRY, EVENTS_AND_ACTORS, FRAMING, PIPELINE)


def view_of(family: Family) -> DataView:
    """The data view of a family."""
    return next(view for view in VIEWS if view.family is family)


def search_named(ident: str) -> SavedSearch:
    """The saved search of this id."""
    return next(search for search in SEARCHES if search.id == ident)
