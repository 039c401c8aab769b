"""The life of an alert on real Kafka: acknowledged, resolved, silenced and let go; it survives restarts."""

from collections.abc import Callable

import msgspec
import pytest
from click.testing import CliRunner

from newswatch.cli.alerts import command
from newswatch.settings import Settings
from tests.contracts.notify.conftest import Publish, Start
from tests.contracts.notify.receiver import Receiver
from tests.contracts.notify.test_delivery import PATIENCE, hook
from tests.waiting import until

pytestmark = pytest.mark.servers

Say = Callable[..., str]


@pytest.fixture
def say(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs `newswatch alerts …` against the session's Kafka and gives what it printed."""
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return said


def status(say: Say, alert_id: str) -> str:
    return str(msgspec.json.decode(say("show", alert_id, "--json"))["alert"]["status"])


def test_an_acknowledged_alert_stays_so_and_is_not_sent_again(
    say: Say, start: Start, publish: Publish, receiver: Receiver
) -> None:
    start(hook(receiver))
    (one,) = publish(1)
    until(lambda: one in receiver.alerts(), PATIENCE)
    assert "acknowledged" in say("ack", one[:12], "--by", "ana", "--note", "on it")
    (two,) = publish(1)
    until(lambda: two in receiver.alerts(), PATIENCE)
    assert receiver.alerts().count(one) == 1
    assert status(say, one) == "acknowledged"
    say("resolve", one, "--by", "ana")
    assert status(say, one) == "resolved"
    shown = msgspec.json.decode(say("show", one, "--json"))
    assert shown["alert"]["note"] == "on it"
    assert [delivery["outcome"] for delivery in shown["deliveries"]] == ["delivered"]


def test_a_silence_holds_back_what_it_names_and_nothing_else_until_it_ends(
    say: Say, start: Start, publish: Publish, receiver: Receiver
) -> None:
    start(hook(receiver))
    silence = say("silence", "--rule", "hushed", "--until", "1h", "--by", "ana").split()[1]
    assert silence in say("silences")
    (warm,) = publish(1)
    until(lambda: warm in receiver.alerts(), PATIENCE)
    (hushed,) = publish(1, rule_id="hushed")
    until(lambda: status(say, hushed) == "silenced", PATIENCE)
    shown = msgspec.json.decode(say("show", hushed, "--json"))
    assert [delivery["outcome"] for delivery in shown["deliveries"]] == ["suppressed"]
    say("unsilence", silence)
    assert silence not in say("silences")
    sent: list[str] = []

    def one_gets_through() -> bool:
        sent.extend(publish(1, rule_id="hushed"))
        return any(identity in receiver.alerts() for identity in sent)

    until(one_gets_through, PATIENCE)
    assert hushed not in receiver.alerts()


def test_a_silence_that_means_no_alert_of_the_last_days_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, publish: Publish
) -> None:
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)
    publish(1, rule_id="blackouts")
    told = [
        CliRunner().invoke(command, ["silence", "--rule", rule, "--until", "1s"], catch_exceptions=False).stderr
        for rule in ("blackouts", "blackout")
    ]
    assert (told[0], "is meant by it" in told[1]) == ("", True)
