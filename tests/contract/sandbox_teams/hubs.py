"""A small tenant for these tests: two teams, and somebody from a partner's tenant."""

from pathlib import Path

PRIYA = "00000000-0000-4000-8000-000000000001"
TOM = "00000000-0000-4000-8000-000000000002"
LEAH = "00000000-0000-4000-8000-000000000008"
VISITOR = "00000000-0000-4000-8000-000000000099"
TENANT = "10000000-0000-4000-8000-000000000001"
OTHER_TENANT = "10000000-0000-4000-8000-000000000002"

TEAM = "19:alpha-team@thread.tacv2"
CHANNEL = "19:alpha-referrals@thread.tacv2"
OTHER_TEAM = "19:beta-team@thread.tacv2"
OTHER_CHANNEL = "19:beta-referrals@thread.tacv2"

HUBS = f"""
name: Test hubs
tenants:
  - {{id: {TENANT}, name: Hubs, domain: hubs.example}}
  - {{id: {OTHER_TENANT}, name: Partner, domain: partner.example}}
agencies:
  - {{id: homes, name: Some Homes, sector: housing}}
  - {{id: police, name: Some Police, sector: police}}
hubs:
  - {{id: ALP, name: Alpha, team: "{TEAM}", channel: "{CHANNEL}", agencies: [homes]}}
  - {{id: BET, name: Beta, team: "{OTHER_TEAM}", channel: "{OTHER_CHANNEL}", agencies: [police]}}
people:
  - {{id: {PRIYA}, name: Priya Raman, upn: priya.raman@hubs.example, agency: homes}}
  - {{id: {TOM}, name: PC Tom Airey, upn: tom.airey@hubs.example, agency: police, roles: {{ALP: coordinator}}}}
  - {{id: {LEAH}, name: Leah Grant, upn: leah.grant@hubs.example, agency: police}}
  - {{id: {VISITOR}, name: Vic Toring, upn: vic@partner.example, agency: homes, tenant: {OTHER_TENANT}}}
"""


def written_to(folder: Path) -> Path:
    path = folder / "hubs.yaml"
    path.write_text(HUBS, encoding="utf-8")
    return path
