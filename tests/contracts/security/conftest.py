"""One secured Kafka and one secured Elasticsearch for the module that needs them."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kafka.admin
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from newswatch import kafka_clients
from newswatch.embedded.kafka import SecureListener
from newswatch.embedded.stack import start_servers
from newswatch.rights import RIGHTS
from newswatch.settings import ElasticsearchSettings, KafkaSettings
from tests.contracts.security.tls_proxy import tls_proxy

PASSWORD = "correct horse"
API_KEY = base64.b64encode(b"id:key").decode()
MODULES = "org.apache.kafka.common.security"
ADMIN: Any = kafka.admin


@dataclass(frozen=True, kw_only=True)
class Secured:
    """The settings that are let in, and the plain way in for whoever prepares the servers."""

    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    folder: Path
    plain: KafkaSettings


def pkcs8(key: bytes) -> str:
    """The one form of private key that Java reads."""
    plain = serialization.NoEncryption()
    loaded = serialization.load_pem_private_key(key, None)
    return loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def unsigned_token(user: str, seconds: float = 3600) -> str:
    """A JSON web token without a signature: the form Kafka's development validator accepts."""
    now = time.time()
    parts = ({"alg": "none"}, {"sub": user, "iat": now - 5, "exp": now + seconds})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def listener(authority: trustme.CA) -> SecureListener:
    """TLS, SASL by SCRAM, PLAIN or bearer token, and an authorizer; by PLAIN each role is a user of its own."""
    issued = authority.issue_cert("127.0.0.1")
    users = " ".join(f'user_{name}="{PASSWORD}"' for name in ("newswatch", "stranger", *RIGHTS))
    bearer = f'{MODULES}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";'
    return SecureListener(
        protocol="SASL_SSL",
        properties={
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN,OAUTHBEARER",
            "scram-sha-512.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
            "plain.sasl.jaas.config": f"{MODULES}.plain.PlainLoginModule required {users};",
            "oauthbearer.sasl.jaas.config": bearer,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.key": pkcs8(issued.private_key_pem.bytes()),
            "ssl.keystore.certificate.chain": "".join(blob.bytes().decode() for blob in issued.cert_chain_pems),
        },
        broker={
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:newswatch",  # whoever prepares the servers, and one user for all roles
        },
    )


def add_scram_user(settings: KafkaSettings) -> None:
    client = kafka_clients.admin(settings)
    made = ADMIN.UserScramCredentialUpsertion("newswatch", ADMIN.ScramMechanism.SCRAM_SHA_512, PASSWORD)
    client.alter_user_scram_credentials([made])
    client.close()


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    authority, folder = trustme.CA(), tmp_path_factory.mktemp("secured")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    (folder / "token").write_text(unsigned_token("newswatch"), encoding="utf-8")
    with (
        start_servers(folder / "servers", security=listener(authority)) as servers,
        tls_proxy(servers.elasticsearch_url, authority, folder, API_KEY) as address,
    ):
        plain = KafkaSettings(bootstrap=servers.kafka_bootstrap)
        add_scram_user(plain)
        yield Secured(
            kafka=KafkaSettings.model_validate(
                {
                    "bootstrap": servers.kafka_secure_bootstrap,
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": "SCRAM-SHA-512",
                    "username": "newswatch",
                    "password": PASSWORD,
                    "ca_file": folder / "ca.pem",
                    "token_file": folder / "token",
                }
            ),
            elasticsearch=ElasticsearchSettings.model_validate(
                {"url": address, "api_key": API_KEY, "ca_file": folder / "ca.pem"}
            ),
            folder=folder,
            plain=plain,
        )
