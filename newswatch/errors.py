"""The two errors a stage may mean; anything else is a bug, caught at the agent boundary alone."""

from newswatch.reject_reasons import Reason


class Unprocessable(Exception):
    """This input can never become an output: it is rejected at once, with `reason`. Never retried."""

    def __init__(self, message: str, reason: Reason = Reason.INVALID_RECORD) -> None:
        super().__init__(message)
        self.reason = reason


class Unavailable(Exception):
    """A server or network is away for now: the same input is tried again with back-off. Never rejected."""


class UserError(Exception):
    """A mistake a person can mend; the command line prints it as one sentence and exits with 2."""


def no_address(server: str, variable: str) -> UserError:
    """Neither settings nor a data folder say where `server` is."""
    return UserError(
        f"no {server} address is set and nothing runs on the data folder (./var, or what NEWSWATCH_DATA names): "
        f"start `newswatch up`, or set {variable}"
    )
