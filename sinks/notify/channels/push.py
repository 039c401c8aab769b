"""Alerts through Apprise: chat services, push services, mail, by their Apprise addresses."""

import apprise

from newswatch.errors import Unavailable
from newswatch.records.alert import Severity
from sinks.notify.channels.base import Message

KINDS = {
    Severity.INFO: apprise.NotifyType.INFO,
    Severity.NOTICE: apprise.NotifyType.INFO,
    Severity.WARNING: apprise.NotifyType.WARNING,
    Severity.CRITICAL: apprise.NotifyType.FAILURE,
}
"""Apprise's message types, which choose the icon and colour."""


class AppriseChannel:
    """One Apprise address; several are several channels, so that one that fails does not repeat the others."""

    def __init__(self, address: str) -> None:
        """Raises ValueError for an address that Apprise does not understand."""
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise ValueError("Apprise does not understand its address; see Apprise's list of services")
        self._apprise = apprise.Apprise()
        self._apprise.add(service)

    def send(self, message: Message) -> str:
        """Sends. Raises Unavailable: Apprise tells failure, not whether it is for good."""
        severity = max((alert.severity for alert in message.alerts), key=list(Severity).index, default=Severity.INFO)
        sent = self._apprise.notify(title=message.title, body=message.text, notify_type=KINDS[severity])
        if not sent:
            raise Unavailable("the service did not take the message (Apprise's log has its answer)")
        return "sent"

    def close(self) -> None:
        """Nothing is held open."""
