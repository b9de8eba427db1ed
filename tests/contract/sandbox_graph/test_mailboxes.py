"""Who has a mailbox: everybody of the tenant, every hub, and nobody of another tenant."""

from pathlib import Path

import yaml

from sandbox.tenant import load

HUBS = Path(__file__).parents[3] / "deploy/hubs.cumbria.yaml"
PARTNERS_TENANT = "10000000-0000-4000-8000-000000000009"


def test_everybody_and_every_hub_of_the_demo_has_a_mailbox() -> None:
    tenant = load(HUBS)

    shared = {one.address for one in tenant.mailboxes if one.is_shared}
    own = {one.address for one in tenant.mailboxes if not one.is_shared}

    assert {"hub.all@hubs.example", "hub.car@hubs.example"} <= shared
    assert len(shared) == 6
    assert own == {person.upn for person in tenant.people.values()}


def test_people_of_a_partners_tenant_have_their_mailbox_there(tmp_path: Path) -> None:
    file = yaml.safe_load(HUBS.read_text())
    file["tenants"].append({"id": PARTNERS_TENANT, "name": "Partner", "domain": "partner.example"})
    file["people"][0]["tenant"] = PARTNERS_TENANT
    (tmp_path / "hubs.yaml").write_text(yaml.safe_dump(file))

    tenant = load(tmp_path / "hubs.yaml")

    assert file["people"][0]["upn"] not in {one.address for one in tenant.mailboxes}


def test_a_hub_without_a_mailbox_and_two_that_share_one_are_fine(tmp_path: Path) -> None:
    file = yaml.safe_load(HUBS.read_text())
    first, second, third, *_ = file["hubs"]
    del first["mailbox"]
    second["mailbox"] = third["mailbox"] = "hubs@hubs.example"
    (tmp_path / "hubs.yaml").write_text(yaml.safe_dump(file))

    shared = [one for one in load(tmp_path / "hubs.yaml").mailboxes if one.is_shared]

    assert len({one.id for one in shared}) == 4
