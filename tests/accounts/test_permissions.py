"""Who may do what, as a table that a safeguarding lead can read and correct (roles 7.1 and 7.2).

X: the role may. A blank: it may not. Which rows somebody may do it to is tested where the rows live.
"""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Agency
from accounts.permissions import has_permission, memberships_of
from accounts.queries import agencies_where, organisations_where
from accounts.roles import ROLES, Permission, Target
from tests.accounts.factories import make_agency, make_member, make_organisation, make_user

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

# The settings' people, then the hub's.
FIRST = """
                             practitioner  dsl  school_prevent_spoc  health_partner  hub_screener  social_worker  hub_manager  strategy_chair
use_portal                        X         X            X                X               X              X             X             X
start_referral                    X         X            X                X               X              X             X             .
read_own_referrals                X         X            X                X               X              X             X             .
lead_setting_referrals            .         X            .                .               .              .             .             .
read_prevent_advice               .         .            X                .               .              .             .             .
read_hub_cases                    .         .            .                .               X              .             X             .
take_case                         .         .            .                .               X              .             X             .
propose_level                     .         .            .                .               X              .             X             .
decide_threshold                  .         .            .                .               .              .             X             .
read_assigned_cases               .         .            .                .               .              X             .             .
oversee_workload                  .         .            .                .               .              .             X             .
release_pack                      .         .            .                .               X              .             X             .
export_case                       .         .            .                .               .              .             X             .
read_agency_inbox                 .         .            .                .               X              .             X             .
read_pack                         .         .            .                .               X              .             X             .
acknowledge_pack                  .         .            .                .               X              .             X             .
add_agency_information            .         .            .                .               X              .             X             .
decide_lado_threshold             .         .            .                .               .              .             .             .
chair_strategy_discussion         .         .            .                .               .              .             X             X
contribute_to_strategy            .         .            .                X               .              .             .             .
raise_disagreement                .         .            .                .               X              X             X             .
answer_disagreement               .         .            .                .               X              .             X             .
handle_conflict_cases             .         .            .                .               .              .             .             .
work_out_of_hours                 .         .            .                .               .              .             .             .
record_consultations              .         .            .                .               X              .             X             .
keep_rota                         .         .            .                .               .              .             X             .
break_glass                       .         .            .                .               .              .             X             .
review_break_glass                .         .            .                .               .              .             X             .
manage_people                     .         .            .                .               .              .             .             .
manage_directory                  .         .            .                .               .              .             .             .
draft_procedure                   .         .            .                .               .              .             .             .
approve_procedure                 .         .            .                .               .              .             .             .
read_audit                        .         .            .                .               .              .             .             .
read_area_audit                   .         .            .                .               .              .             X             .
read_settings_audit               .         .            .                .               .              .             .             .
read_sampled_cases                .         .            .                .               .              .             .             .
read_technical_logs               .         .            .                .               .              .             .             .
"""  # noqa: E501

# The other agencies' people, then those who keep the service right and see no case.
SECOND = """
                             police_liaison  prevent_lead  lado  conflict_officer  out_of_hours_worker  partnership_admin  procedure_editor  auditor  system_support  service_manager  head_of_service
use_portal                         X              X          X           X                  X                   X                 X              X           X           X                X
start_referral                     X              X          X           .                  .                   .                 .              .           .           .                .
read_own_referrals                 X              X          X           .                  .                   .                 .              .           .           .                .
lead_setting_referrals             .              .          .           .                  .                   .                 .              .           .           .                .
read_prevent_advice                .              .          .           .                  .                   .                 .              .           .           .                .
read_hub_cases                     .              .          .           .                  X                   .                 .              .           .           X                X
take_case                          .              .          .           X                  .                   .                 .              .           .           .                .
propose_level                      .              .          .           .                  .                   .                 .              .           .           .                .
decide_threshold                   .              .          .           X                  .                   .                 .              .           .           .                .
read_assigned_cases                .              .          .           .                  .                   .                 .              .           .           .                .
oversee_workload                   .              .          .           .                  .                   .                 .              .           .           X                X
release_pack                       .              .          X           X                  .                   .                 .              .           .           .                .
export_case                        X              X          X           X                  .                   .                 .              .           .           .                .
read_agency_inbox                  X              X          X           X                  .                   .                 .              .           .           .                .
read_pack                          X              X          X           X                  X                   .                 .              .           .           .                .
acknowledge_pack                   X              X          X           X                  X                   .                 .              .           .           .                .
add_agency_information             X              X          X           X                  .                   .                 .              .           .           .                .
decide_lado_threshold              .              .          X           .                  .                   .                 .              .           .           .                .
chair_strategy_discussion          .              .          .           .                  .                   .                 .              .           .           .                .
contribute_to_strategy             X              .          .           .                  .                   .                 .              .           .           .                .
raise_disagreement                 X              X          X           X                  .                   .                 .              .           .           X                X
answer_disagreement                .              .          .           X                  .                   .                 .              .           .           X                X
handle_conflict_cases              .              .          .           X                  .                   .                 .              .           .           .                .
work_out_of_hours                  .              .          .           .                  X                   .                 .              .           .           .                .
record_consultations               .              .          .           .                  X                   .                 .              .           .           .                .
keep_rota                          .              .          .           .                  .                   .                 .              .           .           .                .
break_glass                        .              .          .           .                  .                   .                 .              .           .           .                .
review_break_glass                 .              .          .           .                  .                   .                 .              X           .           .                .
manage_people                      .              .          .           .                  .                   X                 .              .           .           .                .
manage_directory                   .              .          .           .                  .                   X                 .              .           .           .                .
draft_procedure                    .              .          .           .                  .                   .                 X              .           .           .                .
approve_procedure                  .              .          .           .                  .                   X                 X              .           .           .                .
read_audit                         .              .          .           .                  .                   .                 .              X           .           .                .
read_area_audit                    .              .          .           .                  .                   .                 .              .           .           .                .
read_settings_audit                .              .          .           .                  .                   X                 .              .           .           .                .
read_sampled_cases                 .              .          .           .                  .                   .                 .              X           .           .                .
read_technical_logs                .              .          .           .                  .                   .                 .              .           X           .                .
"""  # noqa: E501


def expected() -> dict[tuple[str, str], bool]:
    table: dict[tuple[str, str], bool] = {}
    for text in (FIRST, SECOND):
        roles, *lines = text.strip("\n").splitlines()
        for line in lines:
            permission, *marks = line.split()
            for role, mark in zip(roles.split(), marks, strict=True):
                table[role, permission] = mark == "X"
    return table


def test_the_table_speaks_of_every_role_and_permission() -> None:
    assert set(expected()) == {(role, permission.value) for role in ROLES for permission in Permission}


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.django_db
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str) -> None:
    alice = make_member(role)
    for permission in Permission:
        assert has_permission(alice, permission, at=AT) is expected()[role, permission.value], (role, permission)


def test_those_who_keep_the_service_right_see_no_case() -> None:
    of_cases = {"read_hub_cases", "read_pack", "read_agency_inbox", "read_assigned_cases", "lead_setting_referrals"}
    for role in ("partnership_admin", "procedure_editor", "system_support", "auditor"):
        assert not of_cases & {permission.value for permission in ROLES[role].permissions}


def test_every_agency_kind_that_a_role_names_exists() -> None:
    assert {kind for role in ROLES.values() for kind in role.agency_kinds} <= set(Agency.Kind.values)
    assert all(role.agency_kinds for role in ROLES.values() if role.target is Target.AGENCY)


@pytest.mark.django_db
class TestWhenAMembershipCounts:
    def test_from_its_first_day_until_the_day_it_ends_by_london_time(self) -> None:
        bob = make_member("dsl", starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 12))

        def may(at: datetime) -> bool:
            return has_permission(bob, Permission.LEAD_SETTING_REFERRALS, at=at)

        # In June London is an hour ahead of UTC: midnight there is 23:00 the evening before.
        assert not may(datetime(2026, 6, 9, 22, 59, tzinfo=UTC))
        assert may(datetime(2026, 6, 9, 23, 0, tzinfo=UTC))
        assert may(datetime(2026, 6, 11, 22, 59, tzinfo=UTC))
        assert not may(datetime(2026, 6, 11, 23, 0, tzinfo=UTC))

    def test_a_closed_account_and_a_visitor_may_nothing(self) -> None:
        charlie = make_member("hub_manager")
        charlie.is_active = False
        charlie.save()
        for nobody in (charlie, AnonymousUser()):
            assert not any(has_permission(nobody, permission, at=AT) for permission in Permission)
            assert not memberships_of(nobody, at=AT).exists()

    def test_somebody_without_a_role_may_only_see_their_own_account(self) -> None:
        alice = make_user()
        assert [p for p in Permission if has_permission(alice, p, at=AT)] == [Permission.USE_PORTAL]

    def test_several_roles_add_up(self) -> None:
        alice = make_member("practitioner")
        make_member("partnership_admin", user=alice)
        assert has_permission(alice, Permission.START_REFERRAL, at=AT)
        assert has_permission(alice, Permission.MANAGE_PEOPLE, at=AT)


@pytest.mark.django_db
class TestWhereAPermissionReaches:
    def test_a_lead_reaches_their_own_setting_only(self) -> None:
        fellside = make_organisation("Fellside (invented)")
        make_organisation("Sandside (invented)")
        bob = make_member("dsl", fellside)
        make_member("practitioner", make_organisation(), user=bob)
        assert list(organisations_where(bob, Permission.LEAD_SETTING_REFERRALS, at=AT)) == [fellside]

    def test_a_screener_reaches_their_own_hub_only(self) -> None:
        hub = make_agency("cumberland_hub")
        make_agency("westmorland_and_furness_hub", area="westmorland_and_furness")
        hana = make_member("hub_screener", hub)
        assert list(agencies_where(hana, Permission.READ_HUB_CASES, at=AT)) == [hub]

    def test_an_out_of_hours_worker_reaches_the_hubs_of_their_partnership(self) -> None:
        """Z-11: the emergency duty team is a role across its councils."""
        both = {
            make_agency("cumberland_hub"),
            make_agency("westmorland_and_furness_hub", area="westmorland_and_furness"),
        }
        make_agency("cumbria_police", kind="police", area=None)
        make_agency(
            "north_east_lincolnshire_hub", area="north_east_lincolnshire", partnership="north-east-lincolnshire"
        )
        bella = make_member("out_of_hours_worker", "cumbria")
        assert set(agencies_where(bella, Permission.WORK_OUT_OF_HOURS, at=AT)) == both

    def test_an_administrator_reaches_no_agency_and_no_setting(self) -> None:
        make_agency("cumberland_hub")
        delia = make_member("partnership_admin", "cumbria")
        assert not any(agencies_where(delia, permission, at=AT).exists() for permission in Permission)
        assert not any(organisations_where(delia, permission, at=AT).exists() for permission in Permission)
