"""The pages on which the record of a strategy discussion is written: its groups, who was there, what was agreed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import strategy_permissions, strategy_record
from casework.actions import strategy_recording as recording
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError
from casework.models import StrategyDiscussion, StrategyPart
from casework.web.children import child_label
from casework.web.forms import posted
from casework.web.strategy_forms import ActionForm, NoteForm, PartForm, PeopleForm
from casework.web.strategy_loading import discussion_or_404, writing_or_404
from casework.web.strategy_pages import QUICKER, discussion_page, is_whole, number, refuse
from casework.web.words import clock_words
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, discussion_id: uuid.UUID, part_id: uuid.UUID) -> HttpResponse:
    """Write one group of the record; whoever comes second is told and keeps what they typed."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    kept = found.parts.filter(pk=part_id).select_related("saved_by", "discussion").first()
    if kept is None:
        deny(request, Permission.CHAIR_STRATEGY_DISCUSSION, subject=found.referral)
    section = strategy_record.SECTIONS[kept.section]
    form = PartForm(section, posted(request), content=dict(kept.content))
    seen, intro = request.POST.get("version", str(kept.version)), ""
    if request.method == "POST" and is_whole(request, form):
        try:
            recording.save_part(part=kept, version=number(seen), given=form.cleaned_data, by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except StrategyChangedError:
            seen, intro = str(kept.version), _theirs(kept, at)
            form.refuse({"": QUICKER})
        except recording.RecordClosedError as closed:
            form.refuse({"": str(closed)})
        else:
            messages.success(request, f"Saved: {section.title}.")
            return redirect("casework:strategy", discussion_id=found.pk)
    title = section.title
    if kept.place:
        row = found.children.select_related("child").get(place=kept.place)
        title = f"{title}: {child_label(found.referral, row.child)}"
    return discussion_page(request, found, form, title=title, button="Save", version=seen, intro=intro)


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Put on record who was there, and for whom what they know was obtained otherwise."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    invitees = list(found.invitees.filter(withdrawn_at__isnull=True).select_related("person"))
    if not found.is_planned or not invitees:
        messages.warning(request, "There is nobody to record here now.")
        return redirect("casework:strategy", discussion_id=found.pk)
    form = PeopleForm(invitees, posted(request))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and is_whole(request, form):
        try:
            recording.attend(discussion=found, version=number(seen), given=form.given(invitees), by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except StrategyChangedError:
            seen = str(found.version)
            form.refuse({"": QUICKER})
        else:
            messages.success(request, "Saved: who was there.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Who was there", button="Save", version=seen)


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Agree one action."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    owners = _owners(request.user, found, at)
    form = ActionForm([(pk, each.full_name) for pk, each in owners.items()], posted(request))
    if request.method == "POST" and is_whole(request, form):
        given = form.cleaned_data | {"owner": owners.get(form.cleaned_data.get("owner") or "")}
        try:
            recording.add_action(discussion=found, given=given, by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except recording.RecordClosedError as closed:
            form.refuse({"": str(closed)})
        else:
            messages.success(request, "Agreed. Whoever does it is reminded before the day.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Agree an action", button="Agree it")


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, discussion_id: uuid.UUID, action_id: uuid.UUID) -> HttpResponse:
    """Mark an action done."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    agreed = found.actions.filter(pk=action_id).select_related("discussion__referral", "discussion__agency").first()
    if agreed is None or not (
        agreed.owner_id == request.user.pk or strategy_permissions.may_write(request.user, found, at=at)
    ):
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=found.referral)
    form = NoteForm("How was it done?", posted(request))
    if request.method == "POST" and is_whole(request, form):
        try:
            recording.mark_done(action=agreed, note=form.cleaned_data["text"], by=request.user, at=at)
        except TextRefusedError as refused:
            form.refuse({"text": str(refused)})
        else:
            messages.success(request, "Done, and on record.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(
        request, found, form, title=f"Action {agreed.number} is done", button="It is done", intro=agreed.what
    )


def _owners(user: Any, found: StrategyDiscussion, at: Any) -> dict[str, Any]:
    people = [found.chair, user]
    invited = found.invitees.filter(withdrawn_at__isnull=True, person__isnull=False).select_related("person")
    people += [each.person for each in invited]
    fit = [each for each in people if strategy_permissions.may_see(each, found, at=at)]
    return {str(each.pk): each for each in fit}


def _theirs(kept: StrategyPart, at: Any) -> str:
    """What the one who was quicker saved, so that it can be put together with what was typed."""
    section, content = strategy_record.SECTIONS[kept.section], dict(kept.content)
    who = f"{kept.saved_by.full_name}, {clock_words(kept.saved_at, at)}" if kept.saved_by and kept.saved_at else ""
    lines = [f"{field.label} {field.shown(content.get(field.name))}" for field in section.fields
             if content.get(field.name)]  # fmt: skip
    return "\n".join([f"Saved meanwhile by {who}:", *lines])
