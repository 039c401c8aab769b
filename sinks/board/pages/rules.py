"""A rule made from a search: its file to edit, its faults, and what it would have fired on."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from newswatch.errors import UserError
from sinks.board.pages.common import board_of, page
from sinks.board.pages.search import search_of
from sinks.board.rule_draft import rule_draft

MOST_RULE = 64_000
"""Characters of a rule file taken here."""


def rule_page(request: Request) -> Response:
    """GET /rules/new?q=…: the search as a rule file."""
    text = rule_draft(search_of(request.query_params), request.query_params.get("name", ""))
    return page(request, "rule.html", text=text, faults=[], result=None, checked=False)


def rule_in_force_page(request: Request) -> Response:
    """GET /rules/{id}: a rule in force."""
    text = board_of(request).actions.rule_text(request.path_params["ident"])
    return page(request, "rule.html", text=text, faults=[], result=None, checked=False)


def backtest(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /rules/backtest: rule (the file's text)."""
    text = fields.get("rule", "")
    if len(text) > MOST_RULE:
        raise UserError(f"a rule file of {len(text)} characters is too long; {MOST_RULE} are allowed")
    actions = board_of(request).actions
    faults = actions.check_rule(text)
    result = None if faults else actions.backtest(text)
    return page(request, "rule.html", 400 if faults else 200, text=text, faults=faults, result=result, checked=True)
