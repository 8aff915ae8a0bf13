"""Two partnerships, each with a hub, a school and an administrator, for the tests of managing people and places."""

from datetime import UTC, datetime

from accounts.models import User
from tests.accounts.factories import make_agency, make_member, make_organisation, make_user
from tests.form_client import FormClient

AT = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)


class Partnerships:
    """Named people, by first name."""

    def __init__(self) -> None:
        self.hub = make_agency("cumberland_hub", partnership="cumbria", checked_on=None, day_number="01632 960 101")
        self.far_hub = make_agency("nel_hub", area="north_east_lincolnshire", partnership="north-east-lincolnshire")
        self.school = make_organisation("Fellside (invented)")
        self.far_school = make_organisation("Haven Quay (invented)", area="north_east_lincolnshire")
        self.delia = make_member("partnership_admin", "cumbria", user=make_user(full_name="Delia Frost"))
        self.eli = make_member("partnership_admin", "north-east-lincolnshire", user=make_user(full_name="Eli Barrow"))
        self.bob = make_member("dsl", self.school, user=make_user(full_name="Bob O’Brien-Smith"))
        self.alice = make_member("practitioner", self.school, user=make_user(full_name="Alice Fell-Hartley"))
        self.hana = make_member("hub_screener", self.hub, user=make_user(full_name="Hana Birkett"))
        self.nadia = make_member("hub_screener", self.far_hub, user=make_user(full_name="Nadia Coupland"))
        self.nurse = make_member("health_partner", self.school, user=make_user(full_name="Farida Noor"))


def browser_of(user: User) -> FormClient:
    """A browser in which this person is signed in."""
    browser = FormClient()
    browser.force_login(user)
    return browser
