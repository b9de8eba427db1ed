"""The identity service: documents, keys, tokens, and the certificate of its https side."""

import asyncio
import os
import shutil
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import ClientConnectorCertificateError, ClientSession, TCPConnector

from sandbox import certificates
from sandbox.identity import Identity, InvalidTokenError
from sandbox.login import CONNECTOR, GRAPH
from tests.contract.sandbox_graph.rig import APP_ID, SECRET, TENANT_ID, Sandbox

SERVICE_URL = "http://127.0.0.1:8700/teams/"


async def openid_keys(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Fetch the channel's keys as a bot does: the document first, then where it points."""
    url = f"{sandbox.base}/botframework/v1/.well-known/openidconfiguration"
    async with sandbox.session.get(url) as response:
        document = await response.json()
    assert document["issuer"] == "https://api.botframework.com"
    async with sandbox.session.get(document["jwks_uri"]) as response:
        return {key["kid"]: key for key in (await response.json())["keys"]}


def checked(token: str, keys: dict[str, dict[str, Any]]) -> dict[str, Any]:
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
    return jwt.decode(
        token, key, ["RS256"], audience=APP_ID, issuer="https://api.botframework.com", leeway=300
    )


async def test_a_channel_token_verifies_with_the_published_keys(sandbox: Sandbox) -> None:
    token = sandbox.identity.channel_token(SERVICE_URL)
    keys = await openid_keys(sandbox)

    assert checked(token, keys)["serviceurl"] == SERVICE_URL
    assert "msteams" in keys[jwt.get_unverified_header(token)["kid"]]["endorsements"]


async def test_after_a_rotation_new_and_old_tokens_verify(sandbox: Sandbox) -> None:
    old = sandbox.identity.channel_token(SERVICE_URL)
    await sandbox.control("POST", "/identity/rotate")
    new = sandbox.identity.channel_token(SERVICE_URL)

    keys = await openid_keys(sandbox)

    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert checked(old, keys)
    assert checked(new, keys)


async def test_a_rotation_can_forget_the_old_key(sandbox: Sandbox) -> None:
    old = sandbox.identity.channel_token(SERVICE_URL)

    await sandbox.control("POST", "/identity/rotate", {"forget_old": True})

    assert jwt.get_unverified_header(old)["kid"] not in await openid_keys(sandbox)


async def test_odd_channel_tokens_can_be_asked_for(sandbox: Sandbox) -> None:
    async def made(**wanted: Any) -> str:
        return str((await sandbox.control("POST", "/identity/channel-token", wanted))["token"])

    keys = await openid_keys(sandbox)
    unendorsed = jwt.get_unverified_header(await made(key="unendorsed"))["kid"]

    assert checked(await made(), keys)["serviceurl"] == f"{sandbox.base}/teams/"
    assert jwt.get_unverified_header(await made(key="unknown"))["kid"] not in keys
    assert "msteams" not in keys[unendorsed]["endorsements"]
    assert jwt.get_unverified_header(await made(endorsed=False))["kid"] == unendorsed
    with pytest.raises(jwt.ExpiredSignatureError):
        checked(await made(expired=True), keys)
    with pytest.raises(jwt.InvalidAudienceError):
        checked(await made(claims={"aud": "another"}), keys)
    assert "serviceurl" not in checked(await made(claims={"serviceurl": None}), keys)


async def test_a_wrong_control_request_is_told(sandbox: Sandbox) -> None:
    answer = await sandbox.control("POST", "/identity/channel-token", {"key": "golden"})

    assert answer["error"]


async def test_keys_survive_a_restart(data: Path) -> None:
    first = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1:1")
    token = first.app_token(GRAPH)

    second = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1:2")

    assert second.verify_app_token(token, GRAPH)["appid"] == APP_ID
    assert (data / "identity-keys.json").stat().st_mode & 0o077 == 0


GET_A_TOKEN = """
import asyncio, sys
from azure.identity.aio import ClientSecretCredential

async def main(authority, tenant, client, secret, scope):
    async with ClientSecretCredential(tenant, client, secret, authority=authority) as credential:
        print((await credential.get_token(scope)).token)

asyncio.run(main(*sys.argv[1:]))
"""


async def token_of_azure_identity(sandbox: Sandbox, audience: str, secret: str = SECRET) -> tuple[str, str]:
    """Run the bot's own library in a process that trusts our certificate from its start, as the bot does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        GET_A_TOKEN,
        *(sandbox.login, TENANT_ID, APP_ID, secret, f"{audience}/.default"),
        env={**os.environ, "SSL_CERT_FILE": str(sandbox.certificate.certificate)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return out.decode().strip(), error.decode()


@pytest.mark.parametrize("audience", [GRAPH, CONNECTOR])
async def test_azure_identity_gets_a_token_over_https(sandbox: Sandbox, audience: str) -> None:
    token, error = await token_of_azure_identity(sandbox, audience)

    assert token, error
    claims = sandbox.identity.verify_app_token(token, audience)
    assert (claims["tid"], claims["appid"]) == (TENANT_ID, APP_ID)
    assert ("roles" in claims) == (audience == GRAPH)
    other = CONNECTOR if audience == GRAPH else GRAPH
    with pytest.raises(InvalidTokenError):
        sandbox.identity.verify_app_token(token, other)


async def test_azure_identity_is_told_of_a_wrong_secret(sandbox: Sandbox) -> None:
    token, error = await token_of_azure_identity(sandbox, GRAPH, secret="wrong")

    assert not token
    assert "AADSTS7000215" in error


GOOD = {
    "grant_type": "client_credentials",
    "client_id": APP_ID,
    "client_secret": SECRET,
    "scope": f"{GRAPH}/.default",
}


@pytest.mark.parametrize(
    ("tenant", "change", "status", "error", "number"),
    [
        ("other", {}, 400, "invalid_request", 90002),
        (TENANT_ID, {"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        (TENANT_ID, {"client_id": "other"}, 400, "unauthorized_client", 700016),
        (TENANT_ID, {"client_secret": "nö"}, 401, "invalid_client", 7000215),
        (TENANT_ID, {"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        (TENANT_ID, {"scope": "https://vault.example/.default"}, 400, "invalid_resource", 500011),
    ],
)
async def test_a_wrong_token_request_gets_entras_error(
    sandbox: Sandbox, tenant: str, change: dict[str, str], status: int, error: str, number: int
) -> None:
    context = ssl.create_default_context(cafile=str(sandbox.certificate.certificate))
    url = f"{sandbox.login}/{tenant}/oauth2/v2.0/token"

    async with sandbox.session.post(url, data={**GOOD, **change}, ssl=context) as response:
        body = await response.json()

    assert (response.status, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert SECRET not in body["error_description"]


async def test_the_login_service_can_be_throttled(sandbox: Sandbox) -> None:
    await sandbox.control("POST", "/faults", {"target": "login", "kind": "throttle", "retry_after": 9})
    context = ssl.create_default_context(cafile=str(sandbox.certificate.certificate))

    url = f"{sandbox.login}/{TENANT_ID}/oauth2/v2.0/token"
    async with sandbox.session.post(url, data=GOOD, ssl=context) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "9")
        assert (await response.json())["error"] == "temporarily_unavailable"


async def test_the_tenants_document_points_at_its_own_keys(sandbox: Sandbox) -> None:
    context = ssl.create_default_context(cafile=str(sandbox.certificate.certificate))
    async with ClientSession(connector=TCPConnector(ssl=context)) as session:
        url = f"{sandbox.login}/{TENANT_ID}/v2.0/.well-known/openid-configuration"
        async with session.get(url) as response:
            document = await response.json()
        async with session.get(document["jwks_uri"]) as response:
            kids = {key["kid"] for key in (await response.json())["keys"]}

    token = sandbox.identity.app_token(GRAPH)
    assert jwt.get_unverified_header(token)["kid"] in kids
    assert document["issuer"] == jwt.decode(token, options={"verify_signature": False})["iss"]


async def test_a_rotated_login_key_makes_old_tokens_useless(sandbox: Sandbox) -> None:
    old = sandbox.identity.app_token(GRAPH)

    await sandbox.control("POST", "/identity/rotate", {"issuer": "login", "forget_old": True})

    assert (await sandbox.get(sandbox.site, token=old)).status == 401
    assert (await sandbox.get(sandbox.site)).status == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_certificate_is_good_for_this_machine_and_strict_clients(
    sandbox: Sandbox, host: str
) -> None:
    context = ssl.create_default_context(cafile=str(sandbox.certificate.certificate))
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    url = f"{sandbox.login}/{TENANT_ID}/discovery/v2.0/keys".replace("localhost", host)
    async with sandbox.session.get(url, ssl=context) as response:
        assert response.status == 200


async def test_the_certificate_is_trusted_by_nobody_who_was_not_told(sandbox: Sandbox) -> None:
    with pytest.raises(ClientConnectorCertificateError):
        await sandbox.session.get(f"{sandbox.login}/{TENANT_ID}/discovery/v2.0/keys")


def test_the_certificate_is_kept_until_it_ends_soon(tmp_path: Path) -> None:
    now = datetime(2026, 9, 30, tzinfo=UTC)
    made = certificates.ensure(tmp_path, now)
    first = made.certificate.read_bytes()

    certificates.ensure(tmp_path, now + timedelta(days=300))
    kept = made.certificate.read_bytes()
    certificates.ensure(tmp_path, now + timedelta(days=340))

    assert kept == first
    assert made.certificate.read_bytes() != first
    assert made.key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("file", ["ca.pem", "login-key.pem"])
def test_a_damaged_certificate_is_made_anew(tmp_path: Path, file: str) -> None:
    made = certificates.ensure(tmp_path)
    (tmp_path / file).write_text("damaged")

    certificates.ensure(tmp_path)

    assert made.server_context()


def test_a_certificate_and_key_that_do_not_belong_together_are_replaced(tmp_path: Path) -> None:
    other = certificates.ensure(tmp_path / "other")
    made = certificates.ensure(tmp_path / "mine")
    shutil.copy(other.key, made.key)

    certificates.ensure(tmp_path / "mine")

    assert made.server_context()
