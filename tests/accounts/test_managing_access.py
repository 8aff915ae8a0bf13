"""Who may give, move, keep and end whose access; and that it counts at once and stands in the record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import access
from accounts.actions.memberships import MembershipError, grant
from accounts.models import Invitation, Membership, Organisation, User
from accounts.permissions import Permission, has_permission
from accounts.queries import unconfirmed_authors
from accounts.reach import NotInReachError, Place, reach_of
from accounts.roles import ROLES
from audit.models import Event
from tests.accounts.factories import make_member, make_organisation, make_user
from tests.accounts.partnerships import AT, Partnerships

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


def only(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_an_administrator_reaches_their_own_partnership_and_a_lead_their_own_setting(world: Partnerships) -> None:
    assert set(reach_of(world.delia, at=AT).people()) == {world.delia, world.bob, world.alice, world.hana, world.nurse}
    assert set(reach_of(world.eli, at=AT).people()) == {world.eli, world.nadia}
    assert set(reach_of(world.bob, at=AT).people()) == {world.bob, world.alice}
    for nobody in (world.alice, world.hana, world.nurse):
        assert not reach_of(nobody, at=AT)
        assert not reach_of(nobody, at=AT).people().exists()


def test_only_who_manages_a_place_gives_roles_there(world: Partnerships) -> None:
    """A truth table: who may give what, where."""
    may: dict[str, set[tuple[str, str]]] = {}
    places = {
        "school": Place(organisation=world.school),
        "hub": Place(agency=world.hub),
        "cumbria": Place(partnership="cumbria"),
        "far school": Place(organisation=world.far_school),
        "far hub": Place(agency=world.far_hub),
        "far": Place(partnership="north-east-lincolnshire"),
    }
    for name in ("delia", "bob", "alice", "hana"):
        reach = reach_of(getattr(world, name), at=AT)
        may[name] = {
            (where, role)
            for where, place in places.items()
            for role in ROLES
            if place.fits(ROLES[role]) and reach.may_give(role, place)
        }
    assert may["alice"] == may["hana"] == set()
    assert may["bob"] == {("school", role) for role in ("practitioner", "school_prevent_spoc", "dsl")}
    assert {where for where, _ in may["delia"]} == {"school", "hub", "cumbria"}
    assert ("hub", "hub_manager") in may["delia"]
    assert ("cumbria", "auditor") in may["delia"]


def test_a_role_given_counts_at_once_and_is_in_the_record(world: Partnerships) -> None:
    given = access.give_role(
        person=world.hana, role="hub_manager", place=Place(agency=world.hub), by=world.delia, at=AT
    )
    assert has_permission(world.hana, Permission.DECIDE_THRESHOLD, at=AT)
    event = Event.objects.about(given).get()
    assert (event.event, event.by_id, event.detail["role"]) == (
        "membership.granted",
        str(world.delia.pk),
        "hub_manager",
    )


CUMBRIA = Place(partnership="cumbria")


def give(person: User, role: str, place: Place, by: User) -> Membership:
    return access.give_role(person=person, role=role, place=place, by=by, at=AT)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda w: give(w.delia, "auditor", CUMBRIA, w.delia),
        lambda w: give(w.bob, "practitioner", Place(organisation=w.school), w.bob),
        lambda w: give(w.alice, "health_partner", Place(organisation=w.school), w.bob),
        lambda w: give(w.alice, "dsl", Place(organisation=w.far_school), w.bob),
        lambda w: give(w.alice, "dsl", Place(organisation=w.school), w.eli),
        lambda w: give(w.nadia, "hub_manager", Place(agency=w.hub), w.delia),
        lambda w: give(w.alice, "dsl", Place(organisation=w.school), w.hana),
        lambda w: access.end_role(membership=only(w.delia), by=w.delia, at=AT),
        lambda w: access.end_role(membership=only(w.nurse), by=w.bob, at=AT),
        lambda w: access.end_role(membership=only(w.hana), by=w.eli, at=AT),
        lambda w: access.move(membership=only(w.hana), to=Place(agency=w.far_hub), by=w.delia, at=AT),
        lambda w: access.keep(membership=only(w.hana), by=w.eli, at=AT),
        lambda w: access.keep(membership=only(w.delia), by=w.delia, at=AT),
        lambda w: access.stop_access(person=w.delia, by=w.delia, at=AT),
        lambda w: access.stop_access(person=w.nadia, by=w.delia, at=AT),
        lambda w: access.confirm(membership=only(w.alice), by=w.eli, at=AT),
    ],
)
def test_nobody_gives_themselves_anything_or_acts_beyond_their_reach(
    world: Partnerships, attempt: Callable[[Partnerships], Any]
) -> None:
    before = list(Membership.objects.order_by("pk").values())
    with pytest.raises(NotInReachError):
        attempt(world)
    assert list(Membership.objects.order_by("pk").values()) == before
    assert not Event.objects.exists()


def test_whoever_lost_the_role_manages_nobody_from_that_moment(world: Partnerships) -> None:
    Membership.objects.filter(user=world.bob).update(ends_on=AT.date())
    with pytest.raises(NotInReachError):
        access.end_role(membership=only(world.alice), by=world.bob, at=AT)


def test_moving_ends_one_and_gives_the_other_in_one_step(world: Partnerships) -> None:
    second = make_organisation("Beck Lane (invented)")
    access.move(membership=only(world.alice), to=Place(organisation=second), by=world.delia, at=AT)
    assert [each.place for each in Membership.objects.open(at=AT).filter(user=world.alice)] == [second.name]
    assert [event.event for event in Event.objects.all()] == ["membership.ended", "membership.granted"]


def test_a_move_that_does_not_fit_changes_nothing(world: Partnerships) -> None:
    closed = make_organisation("Closed (invented)")
    Organisation.objects.filter(pk=closed.pk).update(closed_at=AT)
    closed.refresh_from_db()
    with pytest.raises(MembershipError, match="closed"):
        access.move(membership=only(world.alice), to=Place(organisation=closed), by=world.delia, at=AT)
    assert only(world.alice).ends_on is None


def test_stopping_access_ends_all_in_reach_and_closes_the_account_when_nothing_is_left(world: Partnerships) -> None:
    make_member("hub_manager", world.hub, user=world.hana)
    stopped = access.stop_access(person=world.hana, by=world.delia, at=AT)
    assert (stopped.ended, stopped.is_closed) == (2, True)
    world.hana.refresh_from_db()
    assert not world.hana.is_active
    assert not has_permission(world.hana, Permission.USE_PORTAL, at=AT)
    closed, last = Event.objects.about(world.hana)
    assert (closed.event, last.event) == ("account.closed", "account.access_stopped")
    assert last.detail == {"ended": 2, "closed": True, "invitations": 0}


def test_what_somebody_has_elsewhere_stays_when_access_is_stopped_here(world: Partnerships) -> None:
    make_member("practitioner", world.far_school, user=world.alice)
    stopped = access.stop_access(person=world.alice, by=world.bob, at=AT)
    assert (stopped.ended, stopped.is_closed) == (1, False)
    assert [each.place for each in Membership.objects.open(at=AT).filter(user=world.alice)] == [world.far_school.name]


def test_stopping_access_withdraws_what_was_offered_to_the_address(world: Partnerships) -> None:
    from accounts.actions.invitations import invite

    place = Place(organisation=world.school)
    invite(email=world.alice.email, role="dsl", place=place, by=world.bob, at=AT)
    access.stop_access(person=world.alice, by=world.bob, at=AT)
    assert not Invitation.objects.open(at=AT).exists()


def test_a_closed_account_is_given_no_role(world: Partnerships) -> None:
    access.stop_access(person=world.hana, by=world.delia, at=AT)
    world.hana.refresh_from_db()
    with pytest.raises(MembershipError, match="Invite the address again"):
        access.give_role(person=world.hana, role="hub_manager", place=Place(agency=world.hub), by=world.delia, at=AT)


def test_the_quarterly_review_is_due_again_91_days_after_it_was_kept(world: Partnerships) -> None:
    membership = only(world.hana)
    assert membership.is_due_for_review(on=AT.date())
    kept = access.keep(membership=membership, by=world.delia, at=AT)
    assert not kept.is_due_for_review(on=AT.date() + timedelta(days=91))
    assert kept.is_due_for_review(on=AT.date() + timedelta(days=92))
    assert Event.objects.about(kept).get().event == "membership.kept"


def test_an_ended_role_is_neither_kept_nor_ended_again(world: Partnerships) -> None:
    membership = access.end_role(membership=only(world.hana), by=world.delia, at=AT)
    for attempt in (access.keep, access.end_role):
        with pytest.raises(MembershipError, match="ended already"):
            attempt(membership=membership, by=world.delia, at=AT)


@pytest.fixture
def newcomer(world: Partnerships) -> Membership:
    zoe = make_user(full_name="Zoe Rigg")
    return grant(user=zoe, role="practitioner", organisation=world.school, awaits_confirmation=True, by=zoe, at=AT)


def test_who_awaits_confirmation_may_file_and_nothing_else(world: Partnerships, newcomer: Membership) -> None:
    given = {each for each in Permission if has_permission(newcomer.user, each, at=AT)}
    assert given == {Permission.USE_PORTAL, Permission.START_REFERRAL, Permission.READ_OWN_REFERRALS}
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=world.bob).update(awaits_confirmation=True)  # a lead


def test_the_lead_confirms_once(world: Partnerships, newcomer: Membership) -> None:
    pair = (newcomer.user_id, world.school.pk)
    assert unconfirmed_authors({newcomer.user_id, world.alice.pk}) == {pair}
    access.confirm(membership=newcomer, by=world.bob, at=AT)
    assert unconfirmed_authors({newcomer.user_id}) == set()
    for attempt in (access.confirm, access.refuse):
        with pytest.raises(MembershipError, match="decided already"):
            attempt(membership=newcomer, by=world.bob, at=AT)


def test_whom_the_lead_refuses_loses_the_role_and_stays_marked(world: Partnerships, newcomer: Membership) -> None:
    access.refuse(membership=newcomer, by=world.bob, at=AT)
    assert not has_permission(newcomer.user, Permission.START_REFERRAL, at=AT)
    assert unconfirmed_authors({newcomer.user_id}) == {(newcomer.user_id, world.school.pk)}
    events = [event.event for event in Event.objects.about(newcomer)]
    assert events == ["membership.granted", "membership.refused", "membership.ended"]


def test_a_role_of_the_future_is_open_and_one_that_never_counted_is_not() -> None:
    later = make_member("practitioner", starts_on=date(2027, 1, 1))
    never = make_member("practitioner", starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 1))
    assert [each.user for each in Membership.objects.open(at=datetime(2026, 11, 3, tzinfo=UTC))] == [later]
    assert not Membership.objects.open(at=datetime(2026, 11, 3, tzinfo=UTC)).filter(user=never).exists()
