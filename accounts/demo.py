"""The invented partnership that a demonstration runs on: settings, people and one password for all of them.

Nobody here exists; addresses are example domains and telephone numbers are from the ranges kept for drama.
"""

from dataclasses import dataclass
from datetime import date

from accounts.areas import Area
from accounts.models import Organisation
from accounts.roles import ROLES

DEMO_PASSWORD = "invented people only"  # noqa: S105  printed on purpose, for data that is nobody's
STARTS_ON = date(2025, 1, 1)


@dataclass(frozen=True)
class DemoOrganisation:
    key: str
    name: str
    kind: str
    area: str

    @property
    def email_domain(self) -> str:
        return f"{self.key}.example.org"


@dataclass(frozen=True)
class DemoAccount:
    """One account. ``place`` is the key of a demo organisation, a unit code, or a partnership, as the role needs."""

    email: str
    full_name: str
    job_title: str
    role: str
    place: str

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label


_Kind = Organisation.Kind
ORGANISATIONS = (
    DemoOrganisation("fellside", "Fellside High School (invented)", _Kind.SCHOOL, Area.CUMBERLAND),
    DemoOrganisation("becklane", "Beck Lane Surgery (invented)", _Kind.HEALTH, Area.CUMBERLAND),
    DemoOrganisation("sandside", "Sandside Academy (invented)", _Kind.SCHOOL, Area.WESTMORLAND_AND_FURNESS),
    DemoOrganisation("lanternclub", "Lantern Youth Club (invented)", _Kind.YOUTH_WORK, Area.WESTMORLAND_AND_FURNESS),
    DemoOrganisation("havenquay", "Haven Quay Academy (invented)", _Kind.SCHOOL, Area.NORTH_EAST_LINCOLNSHIRE),
    DemoOrganisation("ferrylane", "Ferry Lane Surgery (invented)", _Kind.HEALTH, Area.NORTH_EAST_LINCOLNSHIRE),
)

_CUMBRIA, _NEL = "Cumbria", "North East Lincolnshire"  # as the editions name the partnerships of their agencies
_ACCOUNTS = (
    # Settings
    DemoAccount("teacher@fellside.example.org", "Alice Fell-Hartley", "Teacher", "practitioner", "fellside"),
    DemoAccount("dsl@fellside.example.org", "Bob O’Brien-Smith", "Deputy head", "dsl", "fellside"),
    DemoAccount("spoc@fellside.example.org", "Cerys Llwyd", "Head of year", "school_prevent_spoc", "fellside"),
    DemoAccount("nurse@becklane.example.org", "Farida Noor", "Practice nurse", "health_partner", "becklane"),
    DemoAccount("teacher@sandside.example.org", "Charlie Marsh", "Teacher", "practitioner", "sandside"),
    DemoAccount("dsl@sandside.example.org", "Dorota Wójcik", "Assistant head", "dsl", "sandside"),
    DemoAccount("worker@lanternclub.example.org", "Evan Tate", "Youth worker", "practitioner", "lanternclub"),
    DemoAccount("dsl@lanternclub.example.org", "Gwen Sharrow", "Club leader", "dsl", "lanternclub"),
    DemoAccount("teacher@havenquay.example.org", "Amira Haddad", "Teacher", "practitioner", "havenquay"),
    DemoAccount("dsl@havenquay.example.org", "Ben van der Berg", "Safeguarding lead", "dsl", "havenquay"),
    DemoAccount("nurse@ferrylane.example.org", "Nguyễn Thị Lan", "Practice nurse", "practitioner", "ferrylane"),
    # Hubs
    DemoAccount("screener@cumberland.example.org", "Hana Birkett", "Hub screener", "hub_screener", "cumberland_hub"),
    DemoAccount("manager@cumberland.example.org", "Idris Kell", "Hub manager", "hub_manager", "cumberland_hub"),
    DemoAccount("worker@cumberland.example.org", "June Airey", "Social worker", "social_worker", "cumberland_hub"),
    DemoAccount(
        "service@cumberland.example.org", "Ruth Sandwith", "Service manager", "service_manager", "cumberland_hub"
    ),
    DemoAccount("head@cumberland.example.org", "Owen Tarn", "Head of service", "head_of_service", "cumberland_hub"),
    DemoAccount("chair@cumberland.example.org", "Kofi Threlkeld", "Service lead", "strategy_chair", "cumberland_hub"),
    DemoAccount(
        "screener@westmorland.example.org",
        "Lola Adeyemi",
        "Hub screener",
        "hub_screener",
        "westmorland_and_furness_hub",
    ),
    DemoAccount(
        "manager@westmorland.example.org", "Martin Postle", "Hub manager", "hub_manager", "westmorland_and_furness_hub"
    ),
    DemoAccount(
        "screener@nel.example.org", "Nadia Coupland", "Screener", "hub_screener", "north_east_lincolnshire_hub"
    ),
    DemoAccount("manager@nel.example.org", "Oscar Thorne", "Manager", "hub_manager", "north_east_lincolnshire_hub"),
    # Police, Prevent, LADO
    DemoAccount("liaison@cumbria-police.example.org", "Priya Dacre", "Sergeant", "police_liaison", "cumbria_police"),
    DemoAccount("liaison@humber-police.example.org", "Quentin Ash", "Sergeant", "police_liaison", "humberside_police"),
    DemoAccount(
        "standards@cumbria-police.example.org",
        "Rosa Mell",
        "Inspector",
        "police_liaison",
        "cumbria_police_professional_standards",
    ),
    DemoAccount(
        "standards@humber-police.example.org",
        "Samir Keel",
        "Inspector",
        "police_liaison",
        "humberside_police_professional_standards",
    ),
    DemoAccount(
        "prevent@cumbria-police.example.org", "Tess Garth", "Prevent officer", "prevent_lead", "cumbria_prevent"
    ),
    DemoAccount(
        "prevent@humber-police.example.org", "Umar Vale", "Prevent officer", "prevent_lead", "humberside_prevent"
    ),
    DemoAccount("lado@cumberland.example.org", "Vera Holme", "LADO", "lado", "cumberland_lado"),
    DemoAccount("lado@westmorland.example.org", "Will Crake", "LADO", "lado", "westmorland_and_furness_lado"),
    DemoAccount("lado@nel.example.org", "Xenia Brook", "LADO", "lado", "north_east_lincolnshire_lado"),
    # Conflicts
    DemoAccount(
        "conflict@cumberland.example.org",
        "Yusuf Lyle",
        "Principal social worker",
        "conflict_officer",
        "cumberland_conflict_officer",
    ),
    DemoAccount(
        "conflict@westmorland.example.org",
        "Zoe Rigg",
        "Principal social worker",
        "conflict_officer",
        "westmorland_and_furness_conflict_officer",
    ),
    DemoAccount(
        "conflict@nel.example.org",
        "Abel Stowe",
        "Principal social worker",
        "conflict_officer",
        "north_east_lincolnshire_conflict_officer",
    ),
    # Across a partnership
    DemoAccount("night@cumbria.example.org", "Bella Nunn", "Emergency duty worker", "out_of_hours_worker", _CUMBRIA),
    DemoAccount("night@nel.example.org", "Conor Wragg", "Emergency duty worker", "out_of_hours_worker", _NEL),
    DemoAccount("admin@cumbria.example.org", "Delia Frost", "Administrator", "partnership_admin", _CUMBRIA),
    DemoAccount("admin@nel.example.org", "Eli Barrow", "Administrator", "partnership_admin", _NEL),
    DemoAccount("editor@cumbria.example.org", "Fay Linden", "Policy officer", "procedure_editor", _CUMBRIA),
    DemoAccount("editor@nel.example.org", "Glen Ives", "Policy officer", "procedure_editor", _NEL),
    DemoAccount("auditor@cumbria.example.org", "Hal Moor", "Data protection officer", "auditor", _CUMBRIA),
    DemoAccount("auditor@nel.example.org", "Ines Carr", "Data protection officer", "auditor", _NEL),
    DemoAccount("support@cumbria.example.org", "Jo Null", "System support", "system_support", _CUMBRIA),
)


def demo_accounts() -> list[DemoAccount]:
    """Every demo account, settings first. All sign in with DEMO_PASSWORD."""
    return list(_ACCOUNTS)


def one_account_per_role() -> list[DemoAccount]:
    """The first demo account of each role, in the order of the list."""
    first: dict[str, DemoAccount] = {}
    for account in _ACCOUNTS:
        first.setdefault(account.role, account)
    return list(first.values())
