"""What police, Prevent and the LADO told the hub, as far as an inspector asks for it: when first and last, and what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework import partner_words
from casework.models import PackReturn, PartnerReport
from referrals.models import Referral, Route

ASKED = {
    partner_words.POLICE: ("devices", "custody", "bail_conditions", "bail_ends", "outcome", "outcome_words"),
    partner_words.PREVENT: ("gateway", "gateway_on", "gateway_why", "result", "result_words"),
    partner_words.LADO: (
        "threshold", "tests", "threshold_why", "category", "category_why", "regulators", "regulators_words",
    ),
}  # fmt: skip
"""What of their reports is asked for, by the names of `partner_words`."""


@dataclass(frozen=True)
class Agency:
    """One agency that a case was sent to and that writes back. `lines`: label and text of what it says now; `told`:
    every moment at which it told the hub something, the oldest first, with who; `missing`: what it has not said yet."""

    kind: str
    name: str
    lines: tuple[tuple[str, str], ...]
    told: tuple[tuple[datetime, str], ...]
    missing: tuple[str, ...]


def agencies_of(case: Referral) -> list[Agency]:
    """Return the agencies that a case went to and that write back, by name, for a caller who may read all of it."""
    reports: dict[Any, list[PartnerReport]] = {}
    rows = PartnerReport.objects.filter(referral=case).select_related("agency", "told_by")
    for report in rows.order_by("agency", "sequence"):
        reports.setdefault(report.agency, []).append(report)
    wrote = {agency.pk for agency in reports}
    settled = PackReturn.objects.filter(referral=case, settled=PackReturn.Settled.SENT_ON).values("route")
    routes = Route.objects.system(reason="to whom one case was sent, for what they wrote back")
    sent = routes.filter(referral=case, agency__isnull=False, state=Route.State.PACK).exclude(pk__in=settled)
    silent = {each.agency for each in sent.select_related("agency") if each.agency_id not in wrote}
    found = [_agency(agency, reports.get(agency, [])) for agency in {*reports, *silent} if agency is not None]
    return sorted((each for each in found if each is not None), key=lambda each: (each.name, each.kind))


def _agency(agency: Any, reports: list[PartnerReport]) -> Agency | None:
    kind = partner_words.OF_AGENCY.get(agency.kind)
    if kind is None:
        return None
    newest = reports[-1].said if reports else {}
    asked = {name: newest[name] for name in ASKED[kind] if newest.get(name)}
    return Agency(
        kind,
        agency.name,
        tuple(partner_words.in_words(kind, asked)),
        tuple((each.told_at, each.told_by.full_name) for each in reports),
        tuple(_missing(kind, newest)),
    )


_OPEN = {"outcome": ("open",), "result": ("awaited",), "gateway": ("not_yet",), "threshold": ("not_decided",),
         "category": ("open",), "regulators": ("not_yet",)}  # fmt: skip
_WANTED = {
    partner_words.POLICE: (("devices", "devices"), ("custody", "where the person of concern stands"),
                           ("outcome", "how it ended")),
    partner_words.PREVENT: (("gateway", "the gateway assessment"), ("result", "its result")),
    partner_words.LADO: (("threshold", "the harm threshold"), ("category", "the outcome"),
                         ("regulators", "the barring service or a regulator")),
}  # fmt: skip


def _missing(kind: str, said: Any) -> Iterable[str]:
    for name, words in _WANTED[kind]:
        value = said.get(name)
        if not value or value in _OPEN.get(name, ()):
            yield words
