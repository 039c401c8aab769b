"""Two Kibana alert rules as examples of what its free licence can do: a query, and an index action that notes each hit.

Our own rules need no Kibana; these show how people who live in Kibana can add theirs. Actions by mail, chat or webhook
need a paid licence there.
"""

import json
from typing import Any

CONNECTOR = "newswatch-index-connector"


def connector(prefix: str) -> dict[str, Any]:
    """The connector both rules write through: an index that takes one document a firing."""
    return {
        "name": f"{prefix}: note rule hits",
        "connector_type_id": ".index",
        "config": {"index": f"{prefix}-kibana-rule-hits"},
    }


def rules(prefix: str) -> dict[str, dict[str, Any]]:
    """Id → body of POST /api/alerting/rule/<id>."""
    return {
        f"{prefix}-political-prisoners": _rule(
            prefix,
            name="Political prisoners on the front pages",
            family="articles-*",
            time_field="event.ingested",
            query={
                "bool": {
                    "filter": [{"term": {"relevant": True}}],
                    "must": [
                        {
                            "multi_match": {
                                "type": "phrase",
                                "query": "political prisoners",
                                "fields": ["title", "title.en", "text.en"],
                            }
                        }
                    ],
                }
            },
            threshold=3,
            minutes=60,
        ),
        f"{prefix}-rejects-pile-up": _rule(
            prefix,
            name="Rejected inputs pile up",
            family="rejected-*",
            time_field="@timestamp",
            query={"bool": {"must_not": [{"range": {"redriven": {"gte": 1}}}]}},
            threshold=100,
            minutes=15,
        ),
    }


def _rule(
    prefix: str, *, name: str, family: str, time_field: str, query: dict[str, Any], threshold: int, minutes: int
) -> dict[str, Any]:
    return {
        "name": name,
        "rule_type_id": ".es-query",
        "consumer": "stackAlerts",
        "schedule": {"interval": "1m"},
        "tags": ["newswatch"],
        "params": {
            "searchType": "esQuery",
            "index": [f"{prefix}-{family}"],
            "timeField": time_field,
            "esQuery": json.dumps({"query": query}, sort_keys=True),
            "size": 100,
            "threshold": [threshold],
            "thresholdComparator": ">",
            "timeWindowSize": minutes,
            "timeWindowUnit": "m",
            "excludeHitsFromPreviousRun": True,
        },
        "actions": [
            {
                "id": CONNECTOR,
                "group": "query matched",
                "params": {"documents": [{"rule": "{{rule.name}}", "hits": "{{context.value}}", "at": "{{date}}"}]},
                "frequency": {"summary": False, "notify_when": "onActiveAlert", "throttle": None},
            }
        ],
    }
