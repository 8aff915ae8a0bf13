"""One person for every role, and every state that a referral can be in for them. Nobody here exists."""

from accounts.models import User
from casework.actions import assigning, taking
from referrals.actions import draft_ends
from referrals.models import Pack, Referral
from tests.accounts.factories import make_user
from tests.referrals.people import NOW, World, all_packs, answer, filled, send, sent


class Everyone(World):
    """The named people, and those who complete the roles."""

    def __init__(self) -> None:
        super().__init__()
        self.eve = self.person("eve", "Eve Elm", "practitioner", organisation=self.other_school)
        self.sara = self.person("sara", "Sara Sands", "school_prevent_spoc", organisation=self.school)
        self.hugh = self.person(
            "hugh", "Hugh Hill", "health_partner", organisation=self.setting("Surgery", "cumberland")
        )
        self.mona = self.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
        self.sol = self.person("sol", "Sol Shore", "social_worker", unit="cumberland_hub")
        self.chas = self.person("chas", "Chas Carr", "strategy_chair", unit="cumberland_hub")
        self.sven = self.person("sven", "Sven Sale", "service_manager", unit="cumberland_hub")
        self.hedy = self.person("hedy", "Hedy Holm", "head_of_service", unit="cumberland_hub")
        self.hugo = self.person("hugo", "Hugo Hart", "police_liaison", unit="humberside_police")
        self.edie = self.person("edie", "Edie East", "procedure_editor", partnership="Cumbria")
        self.ada = self.person("ada", "Ada Avery", "auditor", partnership="Cumbria")
        self.sid = self.person("sid", "Sid Sykes", "system_support", partnership="Cumbria")
        self.zoe = make_user("zoe@example.org", full_name="Zoe Zell")


PEOPLE = [
    "alice",
    "bob",
    "carol",
    "dan",
    "eve",
    "sara",
    "hugh",
    "hana",
    "mona",
    "sol",
    "chas",
    "sven",
    "hedy",
    "nell",
    "will",
    "nora",
    "pat",
    "hugo",
    "stan",
    "prue",
    "lena",
    "cleo",
    "adam",
    "edie",
    "ada",
    "sid",
    "zoe",
]

UNITS = {
    "hana": {"cumberland_hub"},
    "mona": {"cumberland_hub"},
    "nora": {"cumberland_hub", "westmorland_and_furness_hub"},
    "nell": {"north_east_lincolnshire_hub"},
    "will": {"westmorland_and_furness_hub"},
    "pat": {"cumbria_police"},
    "hugo": {"humberside_police"},
    "stan": {"cumbria_police_professional_standards"},
    "prue": {"cumbria_prevent"},
    "lena": {"cumberland_lado"},
    "cleo": {"cumberland_conflict_officer"},
}
"""Whose packs each person may open, of the cases that they see at all."""


def make(world: World, what: str) -> Referral:
    """Return a referral of Alice's in the state that the table names."""
    match what:
        case "a draft":
            return filled(world)
        case "a draft she shared":
            draft = filled(world)
            return draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
        case "shared, then about a colleague":
            draft = filled(world)
            draft = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
            return answer(draft, "workplace", world.alice, Q_REF_11=["own_setting"])
        case "withdrawn":
            draft = filled(world)
            return draft_ends.withdraw(referral=draft, version=draft.version, reason="mistake", by=world.alice, at=NOW)
        case "sent":
            return sent(world)
        case "sent, by somebody at work":
            return sent(world, works="work")
        case "sent, about Bob by address":
            draft = filled(world)
            rows = {"rows": [{"username": world.bob.email, "site": ""}]}
            key = draft.answers["persons"][0]["key"]
            return send(answer(draft, "person", world.alice, key=key, Q_EVI_5=rows), world.alice)
        case "sent, extremism":
            return sent(world, concerns=("extremism",))
        case "sent, about her own setting":
            return sent(world, about=("own_setting",))
        case "sealed, about the police":
            return sent(world, about=("police",))
        case "sealed, about the hub":
            return sent(world, about=("hub",))
        case "sealed, she is connected":
            return sent(world, connected="yes")
        case "sent, given to Sol":
            return given_to_sol(sent(world), world)
        case "sent to another hub":
            return sent(world, area="north_east_lincolnshire")
    raise AssertionError(what)


def given_to_sol(referral: Referral, world: World) -> Referral:
    """Return a case that Hana took and handed to the hub's social worker."""
    held = taking.take(referral=referral, by=world.hana, at=NOW)
    assigning.hand_over(taking=held, to=person(world, "sol"), note="Yours to assess.", by=world.hana, at=NOW)
    return referral


def packs_of(referral: Referral) -> dict[str, Pack]:
    """Return the packs by the unit they went to; none for a draft."""
    return all_packs(referral) if referral.is_sent else {}


def person(world: World, name: str) -> User:
    """Return a person by first name."""
    return getattr(world, name)  # type: ignore[no-any-return]
