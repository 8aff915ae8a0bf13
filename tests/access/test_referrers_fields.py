"""What a referrer's pages read of a case: an allow-list of columns. A new one of the hub's work fails here first.

Before adding to the list, ask: may the referrer, and whoever looks over their shoulder at the setting, know this?
"""

import re
import uuid
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from casework.actions import asking, deciding, disagreeing, notes, reading, replying, taking, transferring
from casework.models import ChildCase, Note, Taking
from referrals.actions import (
    break_glass,
    conflicts,
    corrections,
    correspondence,
    follow_up,
    overrides,
    part_release,
    rerouting,
)
from referrals.actions.disagreeing import raise_own
from referrals.models import KeptAway, Referral, Route
from referrals.queries import own_disagreements
from tests.access.expectations import ADDRESSES
from tests.access.people import Everyone
from tests.casework.deciding import DECISION, REPLY
from tests.form_client import FormClient
from tests.referrals.people import NOW, all_packs, sent

LATER = NOW + timedelta(minutes=5)
COLUMN = re.compile(r'"((?:casework|referrals)_\w+)"\."(\w+)"')
CASEWORK = re.compile(r'"(casework_\w+)"')

# All that the referrer wrote, and where the portal stands with it: no note, no decision, no name of the hub's.
MAY_READ = {
    "referrals_referral": {
        "id", "reference", "status", "author_id", "organisation_id", "setting_area", "lead_id", "version", "answers",
        "editions", "created_at", "last_saved_at", "expires_at", "expiry_warned_at", "shared_at", "shared_by_id",
        "danger_since", "danger_seen_at", "author_alerted_at", "lead_alerted_at", "is_hidden_from_setting",
        "is_sealed", "is_about_staff", "is_quick", "sent_at", "sent_by_id", "submission_token", "urgency",
        "owner_unit_id", "ended_at", "ended_by_id", "end_reason",
    },
    "referrals_checkliststep": {
        "id", "referral_id", "position", "code", "text", "sources", "is_never", "can_tick", "ticked_at", "ticked_by_id",
    },
    "referrals_addition": {"id", "referral_id", "added_at", "added_by_id", "text", "names", "token", "question_id"},
    "referrals_routing": {
        "id", "referral_id", "sequence", "facts", "result", "child_keys", "editions", "routed_at",
    },
    "referrals_route": {
        "id", "referral_id", "routing_id", "position", "code", "unit", "agency_id", "mode", "urgency", "marking",
        "children", "state",
    },
    "referrals_pack": {
        "id", "referral_id", "route_id", "number", "is_current", "state", "file_reference", "storage_name",
        "data_sha256", "file_sha256", "pages", "is_fallback", "attempts", "failure", "created_at", "rendering_since",
        "ready_at", "failed_at", "acknowledged_at", "acknowledged_by_id",
    },
    "referrals_clock": {
        "id", "referral_id", "route_id", "kind", "recipient", "agency_id", "source", "starts_at", "due_at",
        "computation", "ended_at", "ended_by_id",
    },
    "referrals_milestone": {"id", "referral_id", "kind", "reached_at"},
    "referrals_reply": {
        "id", "referral_id", "agency_id", "number", "children", "outcome", "reason", "who_leads", "what_to_do",
        "family", "family_words", "is_withheld", "sent_at",
    },
    "referrals_referrerscall": {
        "id", "referral_id", "other_kind", "direction", "other", "number", "own_caller", "began_at", "waited_minutes",
        "ended", "agreed", "reference", "is_late", "late_why", "corrects_id", "correction_why", "recorded_at",
        "recorded_by_id", "token",
    },
    "referrals_phonecontact": {
        "referral_id", "hub_id", "caller_name", "caller_role", "caller_setting", "caller_number", "email_token",
        "called_at", "confirmed_at", "confirmed_by_id",
    },
    "referrals_disagreement": {
        "id", "referral_id", "agency_id", "raised_for_id", "reply_id", "what", "why", "wanted", "plan", "stage",
        "version", "standing", "raised_at", "raised_by_id", "ended_at", "ended_by_id",
    },
    "referrals_disagreementstage": {
        "id", "disagreement_id", "number", "code", "title", "started_at", "due_at", "computation", "answered_at",
        "left_at",
    },
    "referrals_disagreemententry": {
        "id", "disagreement_id", "sequence", "stage", "kind", "is_hubs", "outcome", "words", "made_at",
    },
    "referrals_message": {
        "id", "referral_id", "agency_id", "number", "is_question", "children", "text", "answer_by", "sent_at",
    },
    "referrals_notice": {"id", "to_id", "kind", "referral_id", "created_at", "seen_at", "emailed_at"},
}  # fmt: skip

# The hub's own work, and what only decides who sees what. A new table is put here or above, by decision.
NEVER = {
    "casework_assignment",
    "casework_caseexport",
    "casework_casereference",
    "casework_childcase",
    "casework_childmove",
    "casework_consultation",
    "casework_consultationreferral",
    "casework_consultationterm",
    "casework_decision",
    "casework_duty",
    "casework_hubcall",
    "casework_link",
    "casework_linkact",
    "casework_merge",
    "casework_queueentry",
    "casework_queuetaste",
    "casework_note",
    "casework_noterecipient",
    "casework_digest",
    "casework_packreturn",
    "casework_partnerreport",
    "casework_inspectionentry",
    "casework_quiethours",
    "casework_reminder",
    "casework_savedview",
    "casework_strategyaction",
    "casework_strategyaddendum",
    "casework_strategychild",
    "casework_strategycirculation",
    "casework_strategydiscussion",
    "casework_strategyinvitee",
    "casework_strategypart",
    "casework_taking",
    "casework_transfer",
    "referrals_blindtoken",
    "referrals_breakglass",
    "referrals_correction",
    "referrals_clockpause",
    "referrals_job",
    "referrals_keptaway",
    "referrals_matchedperson",
    "referrals_override",
    "referrals_releasedpart",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def worked_on(everyone: Everyone) -> Referral:
    """A case on which each thing was done that the portal can do to one; the hub's words all say SECRET."""
    referral = sent(everyone, works="work")
    follow_up.add_detail(referral=referral, text="He rang.", token=uuid.uuid4(), by=everyone.alice, at=NOW)
    taking.take(referral=referral, by=everyone.hana, at=NOW)
    reading.read_case(referral=referral, by=everyone.mona, at=NOW)
    kept = conflicts.keep_away(referral=referral, person=everyone.sol, reason="SECRET", by=everyone.mona, at=NOW)
    conflicts.keep_away(referral=referral, person=everyone.chas, reason="SECRET", by=everyone.mona, at=NOW)
    conflicts.lift(kept=kept, reason="SECRET", by=everyone.mona, at=NOW)
    opening = break_glass.open_case(reference=referral.reference, reason="SECRET", by=everyone.will, at=NOW)
    break_glass.review(opening=opening, was_justified=True, note="SECRET", by=everyone.mona, at=NOW)
    police = Route.objects.system(reason="a test").get(referral=referral, code="police")
    part_release.release(route=police, group="child_needs", reason="SECRET", by=everyone.mona, at=NOW)
    _decide_and_disagree(referral, everyone)
    _talked_about(referral, everyone)
    return referral


def _decide_and_disagree(referral: Referral, everyone: Everyone) -> None:
    """Decide, reply, and let the author and the police disagree; what is not the author's to read says SECRET."""
    said = {name: "SECRET" if isinstance(value, str) and " " in value else value for name, value in DECISION.items()}
    child = ChildCase.objects.get(referral=referral)
    deciding.decide(child=child, code="strategy_discussion", given=said, by=everyone.mona, at=NOW)
    withheld = REPLY | {"who_leads": "The hub", "is_withheld": True, "withheld_reason": "SECRET"}
    replying.reply(children=[ChildCase.objects.get(pk=child.pk)], given=withheld, by=everyone.mona, at=NOW)
    assert referral.owner_unit is not None
    own = {"what": "The wait.", "why": "He wrote.", "wanted": "A call."}
    found = raise_own(referral=referral, agency=referral.owner_unit, given=own, by=everyone.alice, at=NOW)
    answer = {"outcome": "kept", "words": "We looked again.", "hub_words": "SECRET"}
    disagreeing.answer(disagreement=found, given=answer, by=everyone.hana, at=NOW)
    pack = all_packs(referral)["cumbria_police"]
    disagreeing.raise_from_pack(pack=pack, given=dict.fromkeys(own, "SECRET"), by=everyone.pat, at=NOW)


def _talked_about(referral: Referral, everyone: Everyone) -> None:
    """Notes, a question and its answer, what was found out and where it led, an override, and a transfer."""
    hub, partners = Note.Audience.HUB, Note.Audience.PARTNERS
    notes.write(case=referral, audience=hub, text="SECRET", token=uuid.uuid4(), by=everyone.hana, at=NOW)
    notes.write(
        case=referral, audience=partners, text="SECRET", recipients=["cumbria_police"], token=uuid.uuid4(),
        by=everyone.hana, at=NOW,
    )  # fmt: skip
    notes.write_to_referrer(case=referral, text="We ring at four.", token=uuid.uuid4(), by=everyone.hana, at=NOW)
    children = list(ChildCase.objects.filter(referral=referral))
    for answered in (True, False):
        question = asking.ask(
            case=referral, children=children, text="Which site?", answer_by=NOW.date(), token=uuid.uuid4(),
            by=everyone.hana, at=NOW,
        )  # fmt: skip
        if answered:
            correspondence.answer(question=question, text="A chat.", token=uuid.uuid4(), by=everyone.alice, at=NOW)
        children = list(ChildCase.objects.filter(referral=referral))
    corrections.correct(
        referral=referral, page="danger", key="", answers={"Q-SAF-1": {"chosen": ["yes"]}}, how_known="SECRET",
        token=uuid.uuid4(), by=everyone.hana, at=NOW,
    )  # fmt: skip
    found = rerouting.rerouting(referral)
    chosen = {f"answer_{number}": rerouting.SEND for number, _ in enumerate(found.proposed)}
    rerouting.confirm(referral=referral, expected=found.fingerprint, answers=chosen, by=everyone.hana, at=NOW)
    overrides.add(
        referral=referral, unit="cumbria_prevent", mode="pack", urgency="standard", reason="SECRET", by=everyone.hana,
        at=NOW,
    )  # fmt: skip
    transferring.send(case=referral, to_unit="north_east_lincolnshire_hub", reason="SECRET", by=everyone.mona, at=NOW)


def pages_of(referral: Referral) -> list[str]:
    """Return every address that is about one referral of the referrer's, and their lists. The PDF copy says what the
    text copy says."""
    own = [path for path in ADDRESSES if path.startswith("/referrals/<uuid:pk>/") and not path.endswith("copy.pdf")]
    child = referral.answers["children"][0]["key"]
    disagreement = own_disagreements(referral).get().pk
    filled = [
        path.replace("<uuid:pk>", str(referral.pk))
        .replace("<slug:page>", "child")
        .replace("<slug:key>", child)
        .replace("<uuid:disagreement_id>", str(disagreement))
        .replace("<slug:act>", "further")
        for path in own
    ]
    return [*filled, "/referrals/mine/", "/referrals/start/", "/"]


def signed_in(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def beyond(queries: Iterable[str]) -> set[tuple[str, str]]:
    """Return what was read that is not allowed: columns selected, and the hub's own tables asked in any way.

    Conditions of scope alone select nothing.
    """
    found = set()
    for sql in queries:
        if not sql.startswith("SELECT"):
            continue
        found |= {(table, "*") for table in CASEWORK.findall(sql)}
        selected = sql.split(" FROM ")[0]
        found |= {
            (table, column) for table, column in COLUMN.findall(selected) if column not in MAY_READ.get(table, set())
        }
    return found


def queries_of(user: User, paths: Iterable[str]) -> list[str]:
    browser = signed_in(user)
    with CaptureQueriesContext(connection) as queries:
        for path in paths:
            browser.get(path)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_referrers_pages_read_only_what_is_allowed(everyone: Everyone, worked_on: Referral, name: str) -> None:
    queries = queries_of(getattr(everyone, name), pages_of(worked_on))
    assert any("referrals_clock" in sql for sql in queries)
    assert any("referrals_addition" in sql for sql in queries)
    assert beyond(queries) == set()


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_referrers_pages_say_nothing_of_the_hubs_work(everyone: Everyone, worked_on: Referral, name: str) -> None:
    browser = signed_in(getattr(everyone, name))
    shown = [path for path in pages_of(worked_on) if browser.get(path).status_code == 200]
    assert len(shown) >= 9
    for path in shown:
        page = browser.get(path).content.decode()
        for word in ("SECRET", "Hana", "Mona", "Will West", "Sol Shore", "Chas", "kept away", "from outside"):
            assert word not in page, (path, word)


def test_every_table_was_decided_on() -> None:
    tables = {
        model._meta.db_table for label in ("referrals", "casework") for model in apps.get_app_config(label).get_models()
    }
    assert tables == set(MAY_READ) | NEVER, "say in this file whether a referrer's pages may read it"
    assert not set(MAY_READ) & NEVER


@pytest.mark.parametrize("table", sorted(MAY_READ))
def test_the_list_names_no_column_that_is_gone(table: str) -> None:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    assert MAY_READ[table] <= {field.column for field in model._meta.concrete_fields}


def test_the_list_can_fail(everyone: Everyone, worked_on: Referral, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(KeptAway.objects.filter(referral=worked_on))
        Taking.objects.filter(referral=worked_on).exists()
        list(Referral.objects.visible_to(everyone.alice, at=LATER).filter(takings__isnull=False))
    found = beyond(query["sql"] for query in queries)
    assert {("referrals_keptaway", "reason"), ("casework_taking", "*")} <= found
    monkeypatch.setitem(MAY_READ, "referrals_clock", MAY_READ["referrals_clock"] - {"due_at"})
    read = queries_of(everyone.alice, [f"/referrals/{worked_on.pk}/sent/"])
    assert beyond(read) == {("referrals_clock", "due_at")}
