"""A Kafka listener that asks for a password and encrypts, for tests of the clients' settings."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from aiokafka.conn import create_conn
from aiokafka.errors import SaslAuthenticationFailed
from cryptography.hazmat.primitives import serialization

from newswatch.embedded.kafka import SecureListener
from newswatch.embedded.readiness import brokers_at
from newswatch.embedded.stack import RunningServers, start_servers

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

USERS = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="newswatch" password="right" user_newswatch="right";'
)


def pkcs8(key: bytes) -> str:
    """The one form of private key that Java reads."""
    loaded = serialization.load_pem_private_key(key, None)
    plain = serialization.NoEncryption()
    return loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Iterator[RunningServers]:
    issued = authority.issue_cert("127.0.0.1")
    chain = "".join(blob.bytes().decode() for blob in issued.cert_chain_pems)
    listener = SecureListener(
        protocol="SASL_SSL",
        properties={
            "sasl.enabled.mechanisms": "PLAIN",
            "plain.sasl.jaas.config": USERS,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.key": pkcs8(issued.private_key_pem.bytes()),
            "ssl.keystore.certificate.chain": chain,
        },
    )
    with start_servers(tmp_path_factory.mktemp("secure"), elasticsearch=False, security=listener) as servers:
        yield servers


async def connect(servers: RunningServers, authority: trustme.CA, folder: Path, password: str) -> None:
    """One connection with these credentials, closed again; raises what the client makes of a refusal."""
    certificate = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(certificate))
    host, _, port = servers.kafka_secure_bootstrap.partition(":")
    connection = await create_conn(
        host,
        int(port),
        security_protocol="SASL_SSL",
        ssl_context=ssl.create_default_context(cafile=str(certificate)),
        sasl_mechanism="PLAIN",
        sasl_plain_username="newswatch",
        sasl_plain_password=password,
    )
    connection.close()


async def test_the_right_password_over_a_trusted_certificate_is_let_in(
    secured: RunningServers, authority: trustme.CA, tmp_path: Path
) -> None:
    await connect(secured, authority, tmp_path, "right")


async def test_a_wrong_password_is_refused(secured: RunningServers, authority: trustme.CA, tmp_path: Path) -> None:
    with pytest.raises(SaslAuthenticationFailed):
        await connect(secured, authority, tmp_path, "wrong")


async def test_an_authority_the_client_does_not_know_is_refused(secured: RunningServers, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await connect(secured, trustme.CA(), tmp_path, "right")


def test_the_plain_listener_stays_for_everybody_else(secured: RunningServers) -> None:
    port = int(secured.kafka_bootstrap.rpartition(":")[2])
    assert brokers_at(port) == {1}
    assert secured.kafka_secure_bootstrap != secured.kafka_bootstrap
