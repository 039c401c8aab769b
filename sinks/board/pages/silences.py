"""Silences in force: what they hold back, until when, who set them; each can be ended."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from sinks.board.pages.common import back, board_of, page


def silences_page(request: Request) -> Response:
    """GET /silences"""
    return page(request, "silences.html", silences=board_of(request).actions.silences())


def end(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /silences/{id}/end"""
    board_of(request).actions.unsilence(request.path_params["ident"])
    return back(fields, "/silences", "unsilenced")
