"""Alerts reach their channels on real Kafka, through failures, hangs, kills and restarts."""

import signal
import socket
from pathlib import Path
from typing import Any

import msgspec
import pytest

from newswatch import wire
from newswatch.kafka_clients import consumer
from newswatch.records.alert import Delivery
from newswatch.settings import Settings
from newswatch.topics import Topic
from tests.contracts.notify.conftest import Publish, Start
from tests.contracts.notify.mailbox import Mailbox, free_port, mail_server
from tests.contracts.notify.notify_process import STEPS
from tests.contracts.notify.receiver import HANG, Receiver
from tests.waiting import until

pytestmark = pytest.mark.servers

PATIENCE = 90.0


def hook(receiver: Receiver, **options: Any) -> dict[str, Any]:
    retry = {"first": "0.1s", "longest": "1s"}
    return {"hook": {"type": "webhook", "url": receiver.address, "secret": "s", "timeout": 2, "retry": retry} | options}


def deliveries(settings: Settings, ids: list[str]) -> dict[str, list[Delivery]]:
    """Every delivery record of these alerts, oldest first."""
    reading = consumer(settings.kafka)
    found: dict[str, list[Delivery]] = {identity: [] for identity in ids}
    try:
        reading.subscribe([Topic.DELIVERIES.value])
        idle = 0
        while idle < 4:
            batches = reading.poll(timeout_ms=500)
            idle = 0 if batches else idle + 1
            for record in (record for batch in batches.values() for record in batch):
                delivery = wire.decode(record.value, Delivery) if record.value else None
                if delivery and delivery.alert_id in found:
                    found[delivery.alert_id].append(delivery)
    finally:
        reading.close()
    return found


@pytest.mark.parametrize("step", STEPS)
def test_kill_9_at_each_step_leaves_nothing_undelivered(
    step: str, start: Start, publish: Publish, receiver: Receiver, settings: Settings
) -> None:
    doomed = start(hook(receiver), fuse=(step, 5 if step != "committed" else 1))
    ids = publish(20)
    assert doomed.wait(PATIENCE) == -signal.SIGKILL
    on_record = {i for i, told in deliveries(settings, ids).items() if any(d.outcome == "delivered" for d in told)}
    start(hook(receiver))
    until(lambda: set(ids) <= set(receiver.alerts()), PATIENCE)
    assert all(len(receiver.keys(identity)) == 1 for identity in ids)
    repeated = [identity for identity in ids if receiver.alerts().count(identity) > 1]
    assert not on_record.intersection(repeated)
    # a commit is made beside the one message the lane may be sending: that one is then between send and record
    assert len(repeated) <= (1 if step in ("after-send", "committed") else 0)


def test_a_restart_does_not_deliver_again(start: Start, publish: Publish, receiver: Receiver) -> None:
    first = start(hook(receiver))
    ids = publish(10)
    until(lambda: set(ids) <= set(receiver.alerts()), PATIENCE)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    start(hook(receiver))
    more = publish(3)
    until(lambda: set(more) <= set(receiver.alerts()), PATIENCE)
    assert all(receiver.alerts().count(identity) == 1 for identity in ids)


def test_a_webhook_that_fails_hangs_asks_to_wait_and_fails_again_gets_everything_in_the_end(
    start: Start, publish: Publish, receiver: Receiver, settings: Settings
) -> None:
    receiver.answers = [(500, {}), (HANG, {}), (429, {"Retry-After": "3"}), (500, {})]
    start(hook(receiver))
    (first,) = publish(1)
    until(lambda: receiver.alerts() == [first], PATIENCE)
    at = [float(headers["X-Received-At"]) for _, _, headers in receiver.arrived]
    assert len(at) == 5
    assert at[2] - at[1] >= 2  # the channel's timeout
    assert at[3] - at[2] >= 3  # as long as it was asked to wait
    assert len(receiver.keys(first)) == 1
    until(lambda: [d.outcome for d in deliveries(settings, [first])[first]][-1:] == ["delivered"], PATIENCE)
    told = [(d.outcome, d.attempts) for d in deliveries(settings, [first])[first]]
    assert told[-1] == ("delivered", 5)
    assert ("retrying", 1) in told
    more = publish(5)
    until(lambda: set(more) <= set(receiver.alerts()), PATIENCE)


def test_mail_servers_that_are_away_hang_and_greylist_get_everything_once(start: Start, publish: Publish) -> None:
    port = free_port()
    mail = {
        "type": "email", "host": "127.0.0.1", "port": port, "security": "none", "sender": "newswatch@example.org",
        "to": ["ana@example.org", "luis@example.org"], "timeout": 1, "retry": {"first": "0.1s", "longest": "0.5s"},
    }  # fmt: skip
    start({"mail": mail})
    ids = publish(3)
    with socket.create_server(("127.0.0.1", port)) as silent:  # takes connections, never says a word
        silent.settimeout(PATIENCE)
        with silent.accept()[0]:
            silent.accept()[0].close()
    box = Mailbox()
    box.greylists = {"luis@example.org"}
    with mail_server(box, port):
        until(lambda: len(box.mails) >= 2 * len(ids), PATIENCE)
    for address in ("ana@example.org", "luis@example.org"):
        got = [mail["Message-ID"] for mail in box.mails if address in mail["X-RcptTo"]]
        assert len(got) == len(set(got)) == len(ids)


def test_a_dead_channel_does_not_delay_another(
    start: Start, publish: Publish, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.gate.clear()
    file = tmp_path / "alerts.jsonl"
    start(hook(receiver) | {"file": {"type": "file", "path": str(file)}})
    ids = publish(50)

    def written() -> set[str]:
        lines = file.read_bytes().splitlines() if file.exists() else []
        return {msgspec.json.decode(line)["alert_id"] for line in lines}

    until(lambda: set(ids) <= written(), PATIENCE)
    assert receiver.alerts() == []


def test_a_refused_alert_is_a_dead_letter_with_the_alert_in_it(
    start: Start, publish: Publish, receiver: Receiver, settings: Settings
) -> None:
    receiver.answers = [(422, {})] * 500
    start(hook(receiver))
    ids = publish(2)
    until(lambda: all(d and d[-1].outcome == "dead" for d in deliveries(settings, ids).values()), PATIENCE)
    (last,) = (records[-1] for records in deliveries(settings, ids[:1]).values())
    assert last.alert is not None
    assert "422" in (last.detail or "")


def test_two_instances_deliver_each_alert_once(start: Start, publish: Publish, receiver: Receiver) -> None:
    first = start(hook(receiver))
    start(hook(receiver))
    ids = publish(30)
    until(lambda: set(ids) <= set(receiver.alerts()), PATIENCE)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    more = publish(30)
    until(lambda: set(more) <= set(receiver.alerts()), PATIENCE)
    assert all(receiver.alerts().count(identity) == 1 for identity in (*ids, *more))


def test_an_instance_that_joins_in_the_middle_of_a_delivery_doubles_nothing(
    start: Start, publish: Publish, receiver: Receiver, settings: Settings
) -> None:
    receiver.seconds = 0.3
    start(hook(receiver))
    ids = publish(40)
    until(lambda: receiver.arrived, PATIENCE)
    start(hook(receiver))
    until(lambda: set(ids) <= set(receiver.alerts()), PATIENCE)
    assert all(receiver.alerts().count(identity) == 1 for identity in ids)
    assert all([d.outcome for d in told] == ["delivered"] for told in deliveries(settings, ids).values())


def test_a_message_that_is_no_alert_is_rejected_and_the_rest_goes_on(
    start: Start, publish: Publish, receiver: Receiver, settings: Settings
) -> None:
    from newswatch.kafka_clients import producer

    sending = producer(settings.kafka)
    sending.send(Topic.ALERTS.value, key=b"x", value=b'{"v":1,"alert_id"', partition=0)
    sending.flush()
    sending.close()
    start(hook(receiver))
    ids = publish(12)
    until(lambda: set(ids) <= set(receiver.alerts()), PATIENCE)
