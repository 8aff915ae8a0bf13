"""What the forms about a strategy discussion have in common: their page, and how a refusal is shown."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.models import StrategyDiscussion
from casework.web.forms import CaseForm

_FIELD_OF = {"planned_for": "on", "held_at": "on"}
QUICKER = "Somebody else was quicker: this has changed meanwhile. Yours is still here; look, then send it once more."


def page(request: HttpRequest, form: CaseForm, *, title: str, button: str, back: str, case: Any,
         hidden: Mapping[str, str], intro: str = "") -> HttpResponse:  # fmt: skip
    """Return the page of one form."""
    context = {"form": form, "title": title, "button": button, "back": back, "case": case, "hidden": dict(hidden),
               "intro": intro}  # fmt: skip
    return render(request, "casework/strategy_form.html", context, status=400 if form.errors else 200)


def discussion_page(request: HttpRequest, discussion: StrategyDiscussion, form: CaseForm, *, title: str, button: str,
                    version: str = "", intro: str = "") -> HttpResponse:  # fmt: skip
    """Return the page of one form about a discussion."""
    back = reverse("casework:strategy", args=[discussion.pk])
    return page(request, form, title=title, button=button, back=back, case=discussion.referral, intro=intro,
                hidden={"version": version})  # fmt: skip


def refuse(form: CaseForm, faults: Mapping[str, str]) -> None:
    """Put what an action refused beside the fields that the form has for it."""
    form.refuse({_FIELD_OF.get(name, name): words for name, words in faults.items()})


def number(text: str) -> int:
    """Return the version that a form was opened at; nought for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_whole(request: HttpRequest, form: CaseForm) -> bool:
    pictures = getattr(request, "image_refused_fields", ())
    form.refuse_pictures(pictures)
    return form.is_valid() and not pictures
