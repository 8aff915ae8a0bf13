"""What else speaks of the same as a case, and saying whether it does; one child's case going on in another."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import linking, merging, reading
from casework.actions.moving import ChildChangedError
from casework.models import ChildCase, Link, LinkAct
from casework.queries import links as queries
from casework.queries import merges as merges_queries
from casework.queries.children import children_of
from casework.queries.links import Seen
from casework.web.children import child_label, child_or_404
from casework.web.forms import ReasonForm, posted, radio_field
from casework.web.loading import case_or_404
from casework.web.words import Tag, clock_words
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Referral
from referrals.text import TextRefusedError

MOST_LISTED = 100
VERBS = {
    LinkAct.Verb.CONFIRM: ("Confirm", "Confirmed, and on record."),
    LinkAct.Verb.REJECT: ("Reject", "Rejected, and on record. It no longer counts here."),
    LinkAct.Verb.UNDO: ("Take back", "Taken back. It can be confirmed or rejected anew."),
}
_TAGS = {Link.Standing.SUGGESTED: "grey", Link.Standing.CONFIRMED: "green", Link.Standing.REJECTED: "red"}


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """List what else speaks of the same child, account, number or address, as far as this person may open it."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    seen = queries.seen_by(request.user, case, at=at)
    may_judge = permissions.may_judge_links(request.user, case, at=at)
    shown = seen[:MOST_LISTED]
    settings = list(queries.same_setting(request.user, case, at=at)[: MOST_LISTED + 1])
    reading.read_list(
        event="case.links_listed", ids=list(dict.fromkeys(str(each.other.pk) for each in shown)), by=request.user, at=at
    )
    context = {
        "case": case,
        "back": reverse("casework:case", args=[case.pk]),
        "rows": [_row(case, each, may_judge, at) for each in shown],
        "others": queries.count_others(seen),
        "is_cut": len(seen) > MOST_LISTED,
        "same_setting": [
            {"case": each, "sent": clock_words(each.sent_at or at, at)} for each in settings[:MOST_LISTED]
        ],
        "more_settings": len(settings) > MOST_LISTED,
    }
    return render(request, "casework/links.html", context)


def _row(case: Referral, seen: Seen, may_judge: bool, at: datetime) -> dict[str, Any]:
    acts = list(seen.link.acts.select_related("made_by")) if seen.link is not None else []
    return {
        "seen": seen,
        "kind": Link.Kind(seen.likeness.kind).label,
        "strength": Link.Strength(seen.likeness.strength).label,
        "is_weak": seen.likeness.strength == Link.Strength.WEAK,
        "tag": Tag(Link.Standing(seen.standing).label, _TAGS[Link.Standing(seen.standing)]),
        "values": [break_addresses(printable(value)) for value in seen.values],
        "child": _child_words(case, seen.likeness.mine),
        "sent": clock_words(seen.other.sent_at or at, at),
        "acts": [{"act": act, "at": clock_words(act.made_at, at)} for act in acts],
        "verbs": [(verb, VERBS[verb][0]) for verb in linking.OPEN_TO[Link.Standing(seen.standing)]]
        if may_judge
        else [],
    }


def _child_words(case: Referral, key: str) -> str:
    child = ChildCase.objects.filter(referral=case, child_key=key).first() if key else None
    return child_label(case, child) if child is not None else ""


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, case_id: uuid.UUID, code: str, verb: str) -> HttpResponse:
    """Confirm or reject a likeness, or take either back, saying why."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    seen = queries.get_seen(request.user, case, code, at=at)
    if seen is None or verb not in VERBS or not permissions.may_judge_links(request.user, case, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    form, changed, version = ReasonForm(posted(request)), "", request.POST.get("version", str(seen.version))
    title, done = VERBS[LinkAct.Verb(verb)]
    if request.method == "POST" and form.is_valid():
        try:
            linking.judge(
                referral=case, code=code, verb=verb, version=int(version) if version.isdecimal() else -1,
                reason=form.cleaned_data["reason"], by=request.user, at=at,
            )  # fmt: skip
            messages.success(request, done)
            return redirect("casework:links", case_id=case.pk)
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
        except linking.LinkRefusedError as refused:
            messages.warning(request, str(refused))
            return redirect("casework:links", case_id=case.pk)
        except linking.LinkChangedError as lost:
            seen = queries.get_seen(request.user, case, code, at=at) or seen
            changed, version = str(lost), str(seen.version)
    elif request.method != "POST":
        reading.read_case(referral=case, by=request.user, at=at)
    context = {"case": case, "row": _row(case, seen, False, at), "form": form, "title": title, "changed": changed,
               "version": version, "back": reverse("casework:links", args=[case.pk])}  # fmt: skip
    return render(request, "casework/judge_link.html", context, status=400 if form.errors or changed else 200)


class MergeForm(ReasonForm):
    """Into which case, and why."""

    field_order = ("into", "reason")
    into = radio_field("In which case does it go on?", ())

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Let this child's case go on in another case of the same child."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    if not permissions.may_decide(request.user, child, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    targets = {str(each.pk): each for each in merges_queries.may_merge_into(request.user, child, at=at)}
    choices = [(key, f"Case {each.referral.reference}: {each.state_label}") for key, each in targets.items()]
    form, version = MergeForm(choices, posted(request)), request.POST.get("version", str(child.version))
    changed: dict[str, Any] | None = None
    if not targets:
        messages.warning(request, "Confirm first that another case is of the same child, and have that case taken.")
        return redirect("casework:links", case_id=case.pk)
    if request.method == "POST" and form.is_valid():
        into = targets.get(form.cleaned_data["into"])
        if into is None:
            form.refuse({"into": "Choose the case in which it goes on"})
        else:
            child.version = int(version) if version.isdecimal() and len(version) < 10 else 0
            try:
                merging.merge(child=child, into=into, reason=form.cleaned_data["reason"], by=request.user, at=at)
                messages.success(request, "Merged. Nothing was deleted, and it can be undone.")
                return redirect("casework:case", case_id=case.pk)
            except TextRefusedError as refused:
                form.refuse({"reason": str(refused)})
            except merging.MergeRefusedError as refused:
                form.refuse({"into": str(refused)})
            except ChildChangedError as lost:
                child, version = lost.child, str(lost.child.version)
                changed = {"state": child.state_label, "move": "", "proposed": ""}
    return _child_page(request, "merge.html", case, child, form, changed, version, title="Merge as a duplicate")


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_merge(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Part two merged cases again, saying why."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    made = merges_queries.merge_of(child)
    if not permissions.may_decide(request.user, child, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    if made is None:
        messages.warning(request, "This child’s case is not merged into another.")
        return redirect("casework:case", case_id=case.pk)
    form, changed = ReasonForm(posted(request)), None
    if request.method == "POST" and form.is_valid():
        try:
            merging.undo(made=made, reason=form.cleaned_data["reason"], by=request.user, at=at)
            messages.success(request, "Undone. The child stands where it stood before the merge.")
            return redirect("casework:case", case_id=case.pk)
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
        except merging.MergeRefusedError as refused:
            messages.warning(request, str(refused))
            return redirect("casework:case", case_id=case.pk)
        except ChildChangedError as lost:
            changed = {"state": lost.child.state_label, "move": "", "proposed": ""}
    return _child_page(request, "merge.html", case, child, form, changed, str(child.version), title="Undo the merge")


def _child_page(
    request: HttpRequest, name: str, case: Referral, child: ChildCase, form: ReasonForm,
    changed: dict[str, Any] | None, version: str, *, title: str,
) -> HttpResponse:  # fmt: skip
    context = {"case": case, "child": child, "label": child_label(case, child), "form": form, "changed": changed,
               "version": version, "title": title, "back": reverse("casework:case", args=[case.pk])}  # fmt: skip
    return render(request, f"casework/{name}", context, status=400 if form.errors or changed else 200)


def merge_rows(user: Any, case: Referral, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the case page says of merges: for each child that is part of one, with which case."""
    children = children_of(user, case, at=at)
    found = merges_queries.merges_in(user, children, at=at)
    return [
        {
            "label": child_label(case, child),
            "is_ours": made.child_id == child.pk,
            "other": made.into.referral if made.child_id == child.pk else made.child.referral,
            "made": made,
            "at": clock_words(made.made_at, at),
            "child": child,
            "may_undo": made.child_id == child.pk and permissions.may_decide(user, child, at=at),
        }
        for child in children
        for made in found[child.pk]
    ]
