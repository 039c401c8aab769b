"""`newswatch notify`: delivers alerts, as a service."""

import click

from newswatch.service import Service
from newswatch.settings import load_settings


@click.command()
@click.option("--check", is_flag=True, help="Check channels and templates, print the channels, and end.")
def command(check: bool) -> None:
    """Deliver alerts to the channels: console, files, webhooks, mail, Apprise services.

    Each channel has a lane of its own; what became of each delivery is on the topic news.deliveries. Ctrl-C or SIGTERM
    lets the message being sent end, commits and stops.

    \b
    Examples:
      newswatch notify                                            to the console and DATA/alerts.jsonl
      NEWSWATCH_NOTIFY__CHANNELS_FILE=channels.yaml newswatch notify --check
    """
    from sinks.notify.config import load_config
    from sinks.notify.making import make_channel
    from sinks.notify.rendering import Renderer
    from sinks.notify.runner import run_notify

    settings = load_settings()
    if check:
        for name, channel in load_config(settings.notify, settings.data).channels.items():
            make_channel(name, channel).close()
            Renderer(channel.language, channel.templates)
            click.echo(f"{name}: {channel.type}")
        return
    with Service("notify", settings) as service:
        run_notify(settings, service)
