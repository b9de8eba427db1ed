"""A wrong setting is told in one sentence that names it, before anything else happens."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import PUBLIC_GRAPH, PUBLIC_LOGIN, PUBLIC_OPENID, Settings, SettingsError, read_settings
from tests.running import HUBS
from tests.unit.bot.environment import APP, TENANT, good_environment

LOCAL_ADDRESSES = {
    "HUB_GRAPH_URL": "http://127.0.0.1:8700/graph/v1.0",
    "HUB_CHANNEL_OPENID_URL": "http://localhost:8700/botframework/v1/.well-known/openidconfiguration",
    "HUB_CHANNEL_LOGIN_URL": "https://localhost:8743",
}
SWITCHES = [
    "HUB_DANGEROUSLY_TRUST_LOCAL",
    "HUB_DANGEROUSLY_ALLOW_UNAUTHENTICATED",
    "HUB_DANGEROUSLY_SETTABLE_CLOCK",
]
EVERY_SETTING = [
    *good_environment(),
    *LOCAL_ADDRESSES,
    *SWITCHES,
    "HUB_DATABASE_URL",
    "HUB_ALLOWED_TENANTS",
    "HOST",
    "PORT",
]


def refused(**changes: str | None) -> str:
    """The sentence with which this environment is refused."""
    with pytest.raises(SettingsError) as refusal:
        read_settings(good_environment(changes))
    return str(refusal.value)


def test_the_smallest_environment_gets_microsofts_addresses_and_a_closed_house() -> None:
    settings = read_settings(good_environment())
    assert (
        settings.graph_url,
        settings.channel_openid_url,
        settings.channel_login_url,
    ) == (PUBLIC_GRAPH, PUBLIC_OPENID, PUBLIC_LOGIN)
    assert (settings.host, settings.port) == ("127.0.0.1", 3978)
    assert frozenset({TENANT}) == settings.allowed_tenants
    assert settings.dangerous_switches == []
    assert (settings.app_id, settings.app_tenant, settings.config) == (APP, TENANT, HUBS)


@pytest.mark.parametrize(
    "name",
    ["MicrosoftAppType", "MicrosoftAppId", "MicrosoftAppPassword", "MicrosoftAppTenantId", "HUB_SITE"],
)
@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    sentence = refused(**{name: value})
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MicrosoftAppType", "MultiTenant"),
        ("MicrosoftAppType", "singletenant"),
        ("MicrosoftAppId", "my-bot"),
        ("MicrosoftAppTenantId", "contoso.example"),
        ("HUB_CONFIG", "no-such-file.yaml"),
        ("HUB_CONFIG", "."),
        ("HUB_CONFIG", "a" * 400),
        ("HUB_SITE", "contoso.sharepoint.com"),
        ("HUB_SITE", "https://contoso.sharepoint.com/sites/hubs"),
        ("HUB_SITE", "contoso.sharepoint.com:"),
        ("HUB_SITE", ":/sites/hubs"),
        ("HUB_DATABASE_URL", "hub.db"),
        ("HUB_DATABASE_URL", "mysql://localhost/hub"),
        ("HUB_ALLOWED_TENANTS", "contoso.example"),
        ("HUB_ALLOWED_TENANTS", f"{TENANT};{TENANT}"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "²"),
        ("HUB_GRAPH_URL", "https://graph.example"),
        ("HUB_GRAPH_URL", "http://graph.microsoft.com/v1.0"),
        ("HUB_GRAPH_URL", "graph.microsoft.com"),
        ("HUB_GRAPH_URL", "https://graph.microsoft.com.evil.example/v1.0"),
        ("HUB_GRAPH_URL", "https://graph.microsoft.com@evil.example/v1.0"),
        ("HUB_GRAPH_URL", "https://[graph"),
        ("HUB_CHANNEL_OPENID_URL", "https://keys.example/openidconfiguration"),
        ("HUB_CHANNEL_LOGIN_URL", "ftp://localhost"),
        *[(switch, "maybe") for switch in SWITCHES],
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    sentence = refused(**{name: value})
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_managed_identity_needs_no_password() -> None:
    settings = read_settings(
        good_environment({"MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppPassword": None})
    )
    assert settings.app_password == ""


@pytest.mark.parametrize("form", ["{{{}}}", "urn:uuid:{}", "{{{}"])
def test_an_id_in_another_form_is_put_right_or_refused(form: str) -> None:
    """A tenant id is compared with what Teams sends, so `{guid}` must not be kept as it stands."""
    with contextlib.suppress(SettingsError):
        assert (
            read_settings(good_environment({"MicrosoftAppTenantId": form.format(TENANT)})).app_tenant
            == TENANT
        )


def test_ids_are_compared_in_small_letters() -> None:
    shouted = "ABCDEF00-0000-4000-8000-000000000001"
    settings = read_settings(
        good_environment({"MicrosoftAppTenantId": shouted, "HUB_ALLOWED_TENANTS": f" {shouted} , {TENANT},"})
    )
    assert settings.app_tenant == shouted.lower()
    assert frozenset({shouted.lower(), TENANT}) == settings.allowed_tenants


# --- the loud switches -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "address"), LOCAL_ADDRESSES.items())
def test_an_address_on_this_machine_needs_the_loud_switch(name: str, address: str) -> None:
    sentence = refused(**{name: address})
    assert sentence.startswith(name)
    assert "HUB_DANGEROUSLY_TRUST_LOCAL=on" in sentence


def test_with_the_loud_switch_the_three_addresses_may_be_on_this_machine() -> None:
    settings = read_settings(good_environment({**LOCAL_ADDRESSES, "HUB_DANGEROUSLY_TRUST_LOCAL": "on"}))
    assert {
        "HUB_GRAPH_URL": settings.graph_url,
        "HUB_CHANNEL_OPENID_URL": settings.channel_openid_url,
        "HUB_CHANNEL_LOGIN_URL": settings.channel_login_url,
    } == LOCAL_ADDRESSES


@pytest.mark.parametrize("name", LOCAL_ADDRESSES)
@pytest.mark.parametrize(
    "address", ["https://tenant.example", "http://192.168.0.10:8700", "http://[::]:8700"]
)
def test_the_loud_switch_opens_nothing_but_this_machine(name: str, address: str) -> None:
    assert refused(**{name: address, "HUB_DANGEROUSLY_TRUST_LOCAL": "on"}).startswith(name)


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "hub.example", "192.168.0.10"])
def test_a_loud_switch_is_refused_when_others_can_reach_the_bot(switch: str, host: str) -> None:
    sentence = refused(**{switch: "on", "HOST": host})
    assert switch in sentence
    assert "HOST" in sentence


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_loud_switch_that_is_on_is_listed_for_the_log(switch: str, host: str) -> None:
    settings = read_settings(good_environment({switch: "yes", "HOST": host}))
    assert [switch] == settings.dangerous_switches


@pytest.mark.parametrize("word", ["", "0", "off", "OFF", "false", "no"])
@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_that_is_off_is_off(switch: str, word: str) -> None:
    settings = read_settings(good_environment({switch: word, "HOST": "0.0.0.0"}))
    assert settings.dangerous_switches == []


# --- government cloud ------------------------------------------------------------------------------------------------


def test_microsofts_government_addresses_are_microsofts_own() -> None:
    government = {
        "HUB_GRAPH_URL": "https://graph.microsoft.us/v1.0",
        "HUB_CHANNEL_OPENID_URL": "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "HUB_CHANNEL_LOGIN_URL": "https://login.microsoftonline.us",
    }
    assert read_settings(good_environment(government)).government_cloud
    assert not read_settings(good_environment()).government_cloud


# --- whatever anybody writes -----------------------------------------------------------------------------------------

values = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
    st.from_regex(r"(https?|sqlite|postgresql)(:/{1,3}|://\[)[a-z0-9.:@\[\]/%]{0,30}", fullmatch=True),
    st.from_regex(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?,?", fullmatch=True),
    st.integers().map(str),
)


def read_or_refused(environment: dict[str, str]) -> Settings | str:
    try:
        return read_settings(environment)
    except SettingsError as refusal:
        return str(refusal)


@given(st.dictionaries(st.sampled_from(EVERY_SETTING), values, max_size=3))
def test_any_text_in_any_setting_gives_settings_or_a_sentence(changes: dict[str, str]) -> None:
    found = read_or_refused(good_environment(changes))
    if isinstance(found, Settings):
        assert 0 < found.port < 65536
    else:
        assert any(name in found for name in changes)
        assert "\n" not in found
