"""What each person may reach in each state, and what each address is about. A safeguarding lead can correct both.

a: its author. l: leads the setting and follows it. k: knows that it exists, by the school's Prevent advice page.
c: has it as a case. g: was given it to assess. v: reads the case and does nothing in it. p: opens the own agency's
pack. -: for them it does not exist.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Alice wrote it. Bob leads safeguarding at her school, Carol works there, Sara is its Prevent contact. Dan, Eve: of
# another school. Hugh: health. Hana, Mona, Sol, Chas, Sven, Hedy: Cumberland hub. Nell, Will: other hubs. Nora: by
# night. Pat, Hugo: police. Stan: professional standards. Prue: Prevent. Lena: LADO. Cleo: conflict officer. Adam,
# Edie, Ada, Sid: no case content. Zoe has no role.
SIGHT = """
                                alice bob carol dan eve sara hugh hana mona sol chas sven hedy nell will nora pat hugo stan prue lena cleo adam edie ada sid zoe
a draft                         a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    -    -    -    -    -    -    -   -   -
a draft she shared              a     l   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    -    -    -    -    -    -    -   -   -
shared, then about a colleague  a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    -    -    -    -    -    -    -   -   -
withdrawn                       a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    -    -    -    -    -    -    -   -   -
sent                            a     l   -     -   -   -    -    cp   cp   -   -    v    v    -    -    cp   p   -    -    -    -    -    -    -    -   -   -
sent, by somebody at work       a     l   -     -   -   -    -    cp   cp   -   -    v    v    -    -    cp   p   -    -    -    p    -    -    -    -   -   -
sent, about Bob by address      a     -   -     -   -   -    -    cp   cp   -   -    v    v    -    -    cp   p   -    -    -    -    -    -    -    -   -   -
sent, extremism                 a     l   -     -   -   k    -    cp   cp   -   -    v    v    -    -    cp   -   -    -    p    -    -    -    -    -   -   -
sent, about her own setting     a     -   -     -   -   -    -    cp   cp   -   -    v    v    -    -    cp   p   -    -    -    -    -    -    -    -   -   -
sealed, about the police        a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    p    -    -    cp   -    -    -   -   -
sealed, about the hub           a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    -   -    p    -    -    cp   -    -    -   -   -
sealed, she is connected        a     -   -     -   -   -    -    -    -    -   -    -    -    -    -    -    p   -    -    -    -    cp   -    -    -   -   -
sent, given to Sol              a     l   -     -   -   -    -    cp   cp   g   -    v    v    -    -    cp   p   -    -    -    -    -    -    -    -   -   -
sent to another hub             a     l   -     -   -   -    -    -    -    -   -    -    -    cp   -    -    -   p    -    -    -    -    -    -    -   -   -
"""  # noqa: E501

# What an address shows. draft, sent, author: of one referral (see `may_open`). case, pack: of one case, one pack.
# follows: of one referral, for whoever follows it up.
# decides: of one case, for whoever decides on it. review: of one opening. releases: of one pack, for who may release.
# notice: of one notice, for its reader.
# person, factor, role, invitation, setting, agency, session: of one such row, for whoever manages it (managed.py).
# strategy: of one strategy discussion.
# list: rows of what the person may know. nothing: no row of any referral, for nobody.
# record: what was done, for auditors and whoever oversees (tests/casework/ says of which cases).
# link: by a secret that was sent by email (tests/accounts/test_joining.py).
ADDRESSES = {
    "/": "list",
    "/healthz": "nothing",
    "/help": "nothing",
    "/pictures": "nothing",
    "/privacy": "nothing",
    "/accessibility": "nothing",
    "/session/left": "nothing",
    "/session/extend": "nothing",
    "/session/ended": "nothing",
    "/referrals/start/": "list",
    "/referrals/start/phone/": "nothing",
    "/referrals/calls/<uuid:pk>/confirm/": "nothing",
    "/referrals/mine/": "list",
    "/referrals/notices/<uuid:pk>/seen/": "notice",
    "/referrals/<uuid:pk>/": "draft",
    "/referrals/<uuid:pk>/pages/<slug:page>/": "draft",
    "/referrals/<uuid:pk>/pages/<slug:page>/<slug:key>/": "draft",
    "/referrals/<uuid:pk>/danger/": "draft",
    "/referrals/<uuid:pk>/call/": "draft",
    "/referrals/<uuid:pk>/children/": "draft",
    "/referrals/<uuid:pk>/children/table/": "draft",
    "/referrals/<uuid:pk>/children/<slug:key>/remove/": "draft",
    "/referrals/<uuid:pk>/persons/": "draft",
    "/referrals/<uuid:pk>/persons/<slug:key>/remove/": "draft",
    "/referrals/<uuid:pk>/share/": "author",
    "/referrals/<uuid:pk>/withdraw/": "author",
    "/referrals/<uuid:pk>/check/": "draft",
    "/referrals/<uuid:pk>/send-now/": "draft",
    "/referrals/<uuid:pk>/send/": "draft",
    "/referrals/<uuid:pk>/sent/": "sent",
    "/referrals/<uuid:pk>/sent/print/": "sent",
    "/referrals/<uuid:pk>/packs/": "sent",
    "/referrals/<uuid:pk>/tick/": "sent",
    "/referrals/<uuid:pk>/add/": "sent",
    "/referrals/<uuid:pk>/calls/": "sent",
    "/referrals/<uuid:pk>/questions/": "sent",
    "/referrals/<uuid:pk>/copy.txt": "sent",
    "/referrals/<uuid:pk>/copy.pdf": "sent",
    "/referrals/<uuid:pk>/disagree/": "follows",
    "/referrals/<uuid:pk>/disagreements/": "follows",
    "/referrals/<uuid:pk>/disagreements/<uuid:disagreement_id>/": "follows",
    "/referrals/<uuid:pk>/disagreements/<uuid:disagreement_id>/<slug:act>": "follows",
    "/hub/": "list",
    "/hub/today": "list",
    "/hub/search": "list",
    "/hub/chosen": "list",
    "/hub/initials": "nothing",
    "/hub/views": "nothing",
    "/hub/views/<uuid:view_id>/remove": "nothing",
    "/cases/<uuid:case_id>/": "case",
    "/cases/<uuid:case_id>/where": "case",
    "/cases/<uuid:case_id>/since": "case",
    "/cases/<uuid:case_id>/answers": "case",
    "/cases/<uuid:case_id>/timeline": "case",
    "/cases/<uuid:case_id>/history": "decides",
    "/cases/<uuid:case_id>/notes": "case",
    "/cases/<uuid:case_id>/ask": "decides",
    "/cases/<uuid:case_id>/facts/": "decides",
    "/cases/<uuid:case_id>/facts/<slug:page>/": "decides",
    "/cases/<uuid:case_id>/facts/<slug:page>/<slug:key>/": "decides",
    "/cases/<uuid:case_id>/destinations/proposed": "decides",
    "/cases/<uuid:case_id>/destinations/add": "decides",
    "/cases/<uuid:case_id>/destinations/<uuid:route_id>/drop": "decides",
    "/cases/<uuid:case_id>/transfer": "decides",
    "/cases/<uuid:case_id>/take": "case",
    "/cases/<uuid:case_id>/release": "decides",
    "/cases/<uuid:case_id>/give": "decides",
    "/cases/<uuid:case_id>/clocks/<uuid:clock_id>/pause": "decides",
    "/cases/<uuid:case_id>/clocks/<uuid:clock_id>/resume": "decides",
    "/cases/<uuid:case_id>/conflicts/": "decides",
    "/cases/<uuid:case_id>/conflicts/<uuid:kept_id>/lift": "decides",
    "/cases/<uuid:case_id>/parts/": "decides",
    "/cases/<uuid:case_id>/parts/<uuid:route_id>/<slug:group>/": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/decide": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/decide/<slug:code>": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/agree": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/move/<slug:verb>": "decides",
    "/cases/<uuid:case_id>/reply": "decides",
    "/cases/<uuid:case_id>/calls": "case",
    "/cases/<uuid:case_id>/references": "case",
    "/cases/<uuid:case_id>/returns/<uuid:return_id>": "decides",
    "/packs/<uuid:pack_id>/report": "releases",
    "/packs/<uuid:pack_id>/return": "releases",
    "/duty/": "list",
    "/duty/<slug:unit>/enter": "review",
    "/duty/<uuid:duty_id>/take-back": "review",
    "/handover/": "list",
    "/consultations/": "list",
    "/consultations/new": "nothing",
    "/consultations/<uuid:consultation_id>/": "review",
    "/consultations/<uuid:consultation_id>/correct": "review",
    "/consultations/<uuid:consultation_id>/refer": "review",
    "/cases/<uuid:case_id>/copy": "case",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/hand-over": "decides",
    "/cases/<uuid:case_id>/inspection": "decides",
    "/cases/<uuid:case_id>/inspection/<slug:kind>": "decides",
    "/cases/<uuid:case_id>/disagree": "decides",
    "/cases/<uuid:case_id>/disagreements/<uuid:disagreement_id>/": "decides",
    "/cases/<uuid:case_id>/disagreements/<uuid:disagreement_id>/<slug:act>": "decides",
    "/tasks/": "list",
    "/tasks/quiet-hours": "nothing",
    "/tasks/reminders/<uuid:reminder_id>/seen": "review",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/merge": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/undo-merge": "decides",
    "/cases/<uuid:case_id>/children/<uuid:child_id>/chronology": "decides",
    "/cases/<uuid:case_id>/chronology": "case",
    "/cases/<uuid:case_id>/links/": "case",
    "/cases/<uuid:case_id>/links/<slug:code>/<slug:verb>": "decides",
    "/cases/<uuid:case_id>/export": "decides",
    "/exports/<uuid:export_id>/": "review",
    "/exports/<uuid:export_id>/state": "review",
    "/exports/<uuid:export_id>/make": "review",
    "/exports/<uuid:export_id>.pdf": "review",
    "/break-glass/": "nothing",
    "/break-glass/review/": "list",
    "/break-glass/<uuid:opening_id>/review": "review",
    "/cases/<uuid:case_id>/strategy": "decides",
    "/strategy/<uuid:discussion_id>/": "strategy",
    "/strategy/<uuid:discussion_id>/print": "strategy",
    "/strategy/<uuid:discussion_id>/papers": "strategy",
    "/strategy/<uuid:discussion_id>/appointment.ics": "strategy",
    "/strategy/<uuid:discussion_id>/plan": "strategy",
    "/strategy/<uuid:discussion_id>/cancel": "strategy",
    "/strategy/<uuid:discussion_id>/chair": "strategy",
    "/strategy/<uuid:discussion_id>/invite": "strategy",
    "/strategy/<uuid:discussion_id>/answers/<uuid:invitee_id>": "strategy",
    "/strategy/<uuid:discussion_id>/answers/<uuid:invitee_id>/take-back": "strategy",
    "/strategy/<uuid:discussion_id>/record/<uuid:part_id>": "strategy",
    "/strategy/<uuid:discussion_id>/people": "strategy",
    "/strategy/<uuid:discussion_id>/actions": "strategy",
    "/strategy/<uuid:discussion_id>/actions/<uuid:action_id>/done": "strategy",
    "/strategy/<uuid:discussion_id>/held": "strategy",
    "/strategy/<uuid:discussion_id>/ratify": "strategy",
    "/strategy/<uuid:discussion_id>/sign": "strategy",
    "/strategy/<uuid:discussion_id>/addenda": "strategy",
    "/strategy/<uuid:discussion_id>/circulate": "strategy",
    "/strategy/<uuid:discussion_id>/receipts/<uuid:circulation_id>": "strategy",
    "/inbox/": "list",
    "/packs/<uuid:pack_id>/": "pack",
    "/packs/<uuid:pack_id>/state": "pack",
    "/packs/<uuid:pack_id>/acknowledge": "pack",
    "/packs/<uuid:pack_id>/parts/": "releases",
    "/packs/<uuid:pack_id>/parts/<uuid:route_id>/<slug:group>/": "releases",
    "/packs/<uuid:pack_id>/disagree": "releases",
    "/packs/<uuid:pack_id>/disagreements/<uuid:disagreement_id>/": "releases",
    "/packs/<uuid:pack_id>/disagreements/<uuid:disagreement_id>/<slug:act>": "releases",
    "/packs/<uuid:pack_id>.pdf": "pack",
    "/packs/<uuid:pack_id>.json": "pack",
    "/prevent-advice/": "list",
    "/record/": "record",
    "/record/export": "record",
    "/record/sample": "record",
    "/record/unusual": "record",
    "/people/": "list",
    "/people/review": "list",
    "/people/messages": "list",
    "/people/messages/<uuid:delivery_id>/again": "review",
    "/people/invite": "nothing",
    "/people/invitations/<uuid:invitation_id>/again": "invitation",
    "/people/invitations/<uuid:invitation_id>/withdraw": "invitation",
    "/people/roles/<uuid:membership_id>/end": "role",
    "/people/roles/<uuid:membership_id>/move": "role",
    "/people/roles/<uuid:membership_id>/keep": "role",
    "/people/roles/<uuid:membership_id>/confirm": "role",
    "/people/roles/<uuid:membership_id>/refuse": "role",
    "/people/<uuid:person_id>": "person",
    "/people/<uuid:person_id>/give": "person",
    "/people/<uuid:person_id>/stop": "person",
    "/people/<uuid:person_id>/lost-second-step": "factor",
    "/directory/": "nothing",
    "/directory/settings": "list",
    "/directory/settings/add": "nothing",
    "/directory/settings/<uuid:organisation_id>": "setting",
    "/directory/settings/<uuid:organisation_id>/close": "setting",
    "/directory/agencies": "list",
    "/directory/agencies/<uuid:agency_id>": "agency",
    "/directory/agencies/<uuid:agency_id>/checked": "agency",
    "/directory/own/<uuid:agency_id>": "review",
    "/directory/closed-days": "nothing",
    "/directory/closed-days/<uuid:closed_day_id>/open": "review",
    "/join/": "nothing",
    "/join/accept": "nothing",
    "/join/now": "nothing",
    "/join/link/<str:secret>": "link",
    "/accounts/": "nothing",
    "/accounts/email/": "nothing",
    "/accounts/role/": "nothing",
    "/accounts/logout/": "nothing",
    "/accounts/sessions/": "list",
    "/accounts/sessions/others/end": "nothing",
    "/accounts/sessions/<uuid:pk>/end": "session",
    "/accounts/sign-in-again/": "nothing",
    "/accounts/second-step/": "nothing",
    "/accounts/2fa/printed-codes/": "nothing",
    "/accounts/2fa/totp/activate/": "nothing",
    "/accounts/2fa/webauthn/add/": "nothing",
    "/accounts/oidc/<str:provider_id>/login/": "link",
    "/accounts/oidc/<str:provider_id>/login/callback/": "link",
}
NOTHING_BELOW = ("/procedures/",)
"""The reading pages. That app cannot even import a referral: the layers of pyproject.toml forbid it."""
OF_A_REFERRAL = frozenset({"draft", "sent", "follows", "author", "case", "decides", "review", "pack"})
MANAGED = frozenset({"person", "factor", "role", "invitation", "setting", "agency", "session"})
LISTS = tuple(pattern for pattern, about in ADDRESSES.items() if about == "list")

OPEN, GONE, EITHER = "open", "gone", "either"


def sight() -> dict[str, dict[str, str]]:
    """Return `{state: {first name: letters}}`."""
    head, *lines = SIGHT.strip("\n").splitlines()
    names = head.split()
    return {line[:32].strip(): dict(zip(names, line[32:].split(), strict=True)) for line in lines}


def may_open(about: str, letters: str, status: str, *, own_pack: bool = False) -> str:
    """Return whether an address about one row opens (OPEN), is as if it were not there (GONE), or may do either.

    `either` is for those who know the row exists and may be refused what this address does.
    """
    if about == "author":
        return OPEN if letters == "a" else EITHER if letters == "l" else GONE
    if about == "draft":
        return OPEN if letters in ("a", "l") else GONE
    if about == "sent":
        has_page = letters in ("a", "l") and status in ("draft", "sent")
        return OPEN if has_page else EITHER if letters == "a" else GONE
    if about == "follows":  # what there is only once the hub has replied, or somebody disagreed
        return EITHER if letters in ("a", "l") else GONE
    if about == "case":
        return OPEN if "c" in letters else EITHER if letters in ("g", "v") else GONE
    if about == "decides":
        return EITHER if "c" in letters or letters in ("g", "v") else GONE
    if about == "strategy":
        return GONE  # no referral is a discussion; tests/casework/test_strategy_sight.py has those that are
    if about == "review":
        return GONE  # no referral is an opening or an export; their own tests have those that are
    if about == "releases":  # of their own agency's pack, for those of it who may
        return EITHER if "p" in letters and own_pack else GONE
    if about == "pack":
        return OPEN if "p" in letters and own_pack else GONE
    raise AssertionError(about)


def walk(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give the pattern and the view of each address."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each, pattern)
        else:
            assert isinstance(each, URLPattern)
            yield pattern, each.callback


def is_the_sign_in_librarys(view: Callable[..., Any]) -> bool:
    """Whether a view is the library's: those are named one by one in tests/house/test_addresses.py."""
    return view.__module__.startswith("allauth.") and not hasattr(view, "public")


def filled_in(pattern: str, pk: object, *, page: str, key: str) -> str:
    """Return the address of one row; a page with a key is the child's."""
    values = {"page": "child" if "<slug:key>" in pattern else page, "key": key}
    return re.sub(r"<\w+:(\w+)>", lambda found: values.get(found[1], str(pk)), pattern)
