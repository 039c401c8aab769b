"""The JSON Schema of rule files, for editors; docs/alert-rules.schema.json is its output."""

import json

from processors.alerts.rule_model import RuleFileSpec


def schema_text() -> str:
    """The schema as indented JSON."""
    schema = RuleFileSpec.model_json_schema()
    event = schema["$defs"]["FieldSpec"]["properties"]["event"]  # one event may stand without a list
    event["anyOf"] = [event["items"], {"type": event.pop("type"), "items": event.pop("items")}]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "newswatch alert rules"
    return json.dumps(schema, indent=2, ensure_ascii=False)
