"""Roles as data: what each may do, and to what it is given (source: roles 7.1 and 7.2, Z-11, Z-13, Z-17, Z-19b).

Codes are stored in memberships and in the audit: never change one, add another. A role says what kind of
thing a person may do; *which rows* they may do it to follows from the membership's target, and is decided
where the rows live (the scoping querysets of the referrals and the casework).
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices


class Permission(TextChoices):
    """What a person may do. A page names exactly one; whoever is not given it is refused."""

    USE_PORTAL = "use_portal", "Use the pages that any signed-in person has"
    START_REFERRAL = "start_referral", "Start a referral"
    READ_OWN_REFERRALS = "read_own_referrals", "Read own drafts, sent referrals and their replies"
    LEAD_SETTING_REFERRALS = "lead_setting_referrals", "Lead the referrals that the setting's authors shared or sent"
    READ_PREVENT_ADVICE = "read_prevent_advice", "Read the setting's Prevent advice page"
    READ_HUB_CASES = "read_hub_cases", "Read the cases that the hub owns or was sent"
    TAKE_CASE = "take_case", "Take a new case"
    PROPOSE_LEVEL = "propose_level", "Propose a level or dropping a destination"
    DECIDE_THRESHOLD = "decide_threshold", "Decide what happens, drop a destination"
    READ_ASSIGNED_CASES = "read_assigned_cases", "Read and assess the cases assigned to them"
    OVERSEE_WORKLOAD = "oversee_workload", "See workload and overdue clocks"
    RELEASE_PACK = "release_pack", "Release a later version of a pack, or a part to another agency"
    EXPORT_CASE = "export_case", "Export a case as a PDF"
    READ_AGENCY_INBOX = "read_agency_inbox", "Read the agency's inbox"
    READ_PACK = "read_pack", "Open the pack sent to the agency"
    ACKNOWLEDGE_PACK = "acknowledge_pack", "Acknowledge a pack"
    ADD_AGENCY_INFORMATION = "add_agency_information", "Add what the agency knows"
    DECIDE_LADO_THRESHOLD = "decide_lado_threshold", "Decide the threshold about a person in a position of trust"
    CHAIR_STRATEGY_DISCUSSION = "chair_strategy_discussion", "Chair a strategy discussion and sign its record"
    CONTRIBUTE_TO_STRATEGY = "contribute_to_strategy", "Contribute to a strategy discussion they are invited to"
    RAISE_DISAGREEMENT = "raise_disagreement", "Say that they disagree with a decision"
    ANSWER_DISAGREEMENT = "answer_disagreement", "Answer somebody who disagrees with a decision of the hub"
    HANDLE_CONFLICT_CASES = "handle_conflict_cases", "Handle sealed cases about staff or with a conflict"
    BREAK_GLASS = "break_glass", "Open a case out of scope for an hour, with a reason, reviewed by another"
    REVIEW_BREAK_GLASS = "review_break_glass", "Review such an opening by another person"
    WORK_OUT_OF_HOURS = "work_out_of_hours", "Record urgent referrals as received out of hours"
    KEEP_ROTA = "keep_rota", "Say who is on duty for the hub, and when"
    RECORD_CONSULTATIONS = "record_consultations", "Write down advice that the hub gave without a referral"
    MANAGE_PEOPLE = "manage_people", "Invite people, give and end roles"
    MANAGE_DIRECTORY = "manage_directory", "Keep agencies and their directory entries right"
    DRAFT_PROCEDURE = "draft_procedure", "Draft a change to the procedure"
    APPROVE_PROCEDURE = "approve_procedure", "Approve another person's change to the procedure"
    READ_AUDIT = "read_audit", "Read the record of what was done and read"
    READ_AREA_AUDIT = "read_area_audit", "Read the record of the hub's cases and people"
    READ_SETTINGS_AUDIT = "read_settings_audit", "Read the record of access, settings and agencies"
    READ_SAMPLED_CASES = "read_sampled_cases", "Read a sampled case, with a reason"
    READ_TECHNICAL_LOGS = "read_technical_logs", "Read technical logs, which hold no personal data"


class Target(Enum):
    """What a membership in a role points at."""

    ORGANISATION = "organisation"
    AGENCY = "agency"
    PARTNERSHIP = "partnership"


@dataclass(frozen=True)
class Role:
    """One role.

    ``agency_kinds``: for an agency role, the kinds of agency it may be given in; for a partnership role, the
    kinds of agency in that partnership whose cases it reaches (none for most: an admin sees no case).
    """

    code: str
    label: str
    target: Target
    permissions: frozenset[Permission]
    agency_kinds: frozenset[str] = frozenset()


P = Permission
# Disagreeing with a reply to one's own referral needs no more than that: a permission of its own would ask every
# teacher for a second factor (accounts/second_factor.py).
_REFERS = {P.START_REFERRAL, P.READ_OWN_REFERRALS}
_DISAGREES = {P.RAISE_DISAGREEMENT, P.ANSWER_DISAGREEMENT}
_RECEIVES = {P.READ_AGENCY_INBOX, P.READ_PACK, P.ACKNOWLEDGE_PACK, P.ADD_AGENCY_INFORMATION}


def _role(code: str, label: str, target: Target, may: set[Permission], kinds: tuple[str, ...] = ()) -> Role:
    return Role(code, label, target, frozenset(may | {P.USE_PORTAL}), frozenset(kinds))


_ALL = (
    _role("practitioner", "Practitioner", Target.ORGANISATION, _REFERS),
    _role("dsl", "Designated safeguarding lead", Target.ORGANISATION, _REFERS | {P.LEAD_SETTING_REFERRALS}),
    _role("school_prevent_spoc", "School Prevent contact", Target.ORGANISATION, _REFERS | {P.READ_PREVENT_ADVICE}),
    _role("health_partner", "Health partner", Target.ORGANISATION, _REFERS | {P.CONTRIBUTE_TO_STRATEGY}),
    _role(
        "hub_screener",
        "Hub screener",
        Target.AGENCY,
        _REFERS
        | _RECEIVES
        | _DISAGREES
        | {P.READ_HUB_CASES, P.TAKE_CASE, P.PROPOSE_LEVEL, P.RELEASE_PACK, P.RECORD_CONSULTATIONS},
        ("hub",),
    ),
    _role(
        "social_worker",
        "Social worker",
        Target.AGENCY,
        _REFERS | {P.READ_ASSIGNED_CASES, P.RAISE_DISAGREEMENT},
        ("hub",),
    ),
    _role(
        "hub_manager",
        "Hub manager",
        Target.AGENCY,
        _REFERS
        | _RECEIVES
        | _DISAGREES
        | {P.READ_HUB_CASES, P.TAKE_CASE, P.PROPOSE_LEVEL, P.DECIDE_THRESHOLD, P.OVERSEE_WORKLOAD}
        | {P.RELEASE_PACK, P.EXPORT_CASE, P.CHAIR_STRATEGY_DISCUSSION, P.BREAK_GLASS, P.REVIEW_BREAK_GLASS}
        | {P.READ_AREA_AUDIT, P.KEEP_ROTA, P.RECORD_CONSULTATIONS},
        ("hub",),
    ),
    _role(
        "service_manager",
        "Service manager",
        Target.AGENCY,
        _DISAGREES | {P.READ_HUB_CASES, P.OVERSEE_WORKLOAD},
        ("hub",),
    ),
    _role(
        "head_of_service",
        "Head of service",
        Target.AGENCY,
        _DISAGREES | {P.READ_HUB_CASES, P.OVERSEE_WORKLOAD},
        ("hub",),
    ),
    _role("strategy_chair", "Strategy discussion chair", Target.AGENCY, {P.CHAIR_STRATEGY_DISCUSSION}, ("hub",)),
    _role(
        "police_liaison",
        "Police liaison",
        Target.AGENCY,
        _REFERS | _RECEIVES | {P.EXPORT_CASE, P.CONTRIBUTE_TO_STRATEGY, P.RAISE_DISAGREEMENT},
        ("police", "professional_standards"),
    ),
    _role(
        "prevent_lead",
        "Prevent lead",
        Target.AGENCY,
        _REFERS | _RECEIVES | {P.EXPORT_CASE, P.RAISE_DISAGREEMENT},
        ("prevent",),
    ),
    _role(
        "lado",
        "Local authority designated officer (LADO)",
        Target.AGENCY,
        _REFERS | _RECEIVES | {P.DECIDE_LADO_THRESHOLD, P.RELEASE_PACK, P.EXPORT_CASE, P.RAISE_DISAGREEMENT},
        ("lado",),
    ),
    _role(
        "conflict_officer",
        "Conflict officer",
        Target.AGENCY,
        _RECEIVES
        | _DISAGREES
        | {P.HANDLE_CONFLICT_CASES, P.TAKE_CASE, P.DECIDE_THRESHOLD, P.RELEASE_PACK, P.EXPORT_CASE},
        ("conflict_officer",),
    ),
    _role(
        "out_of_hours_worker",
        "Out-of-hours worker",
        Target.PARTNERSHIP,
        {P.READ_HUB_CASES, P.READ_PACK, P.ACKNOWLEDGE_PACK, P.WORK_OUT_OF_HOURS, P.RECORD_CONSULTATIONS},
        ("hub",),
    ),
    _role(
        "partnership_admin",
        "Partnership administrator",
        Target.PARTNERSHIP,
        {P.MANAGE_PEOPLE, P.MANAGE_DIRECTORY, P.APPROVE_PROCEDURE, P.READ_SETTINGS_AUDIT},
    ),
    _role("procedure_editor", "Procedure editor", Target.PARTNERSHIP, {P.DRAFT_PROCEDURE, P.APPROVE_PROCEDURE}),
    _role(
        "auditor",
        "Auditor or data protection officer",
        Target.PARTNERSHIP,
        {P.READ_AUDIT, P.READ_SAMPLED_CASES, P.REVIEW_BREAK_GLASS},
    ),
    _role("system_support", "System support", Target.PARTNERSHIP, {P.READ_TECHNICAL_LOGS}),
)

GIVEN_BY_LEADS = frozenset({"practitioner", "school_prevent_spoc", "dsl"})
"""The roles that a safeguarding lead gives and ends in the setting they lead; all others are a partnership's."""

ROLES: dict[str, Role] = {role.code: role for role in _ALL}


def role_codes(target: Target | None = None) -> list[str]:
    """All role codes, or those given to one kind of target, sorted."""
    return sorted(code for code, role in ROLES.items() if target is None or role.target is target)
