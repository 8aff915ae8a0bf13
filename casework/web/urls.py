"""Addresses of the inboxes, the case and the packs. Each identifier is opaque; none is a name or a reference."""

from django.urls import path

from casework.web import (
    break_glass,
    case,
    conflicts,
    deciding,
    files,
    history,
    inbox,
    packs,
    parts,
    prevent_advice,
    record,
    replying,
    search,
    taking,
    tasks,
    unusual,
)

app_name = "casework"

urlpatterns = [
    path("hub/", inbox.hub, name="inbox"),
    path("hub/search", search.search, name="search"),
    path("cases/<uuid:case_id>/", case.show, name="case"),
    path("cases/<uuid:case_id>/history", history.show, name="history"),
    path("cases/<uuid:case_id>/take", taking.take, name="take"),
    path("cases/<uuid:case_id>/release", taking.release, name="release"),
    path("cases/<uuid:case_id>/conflicts/", conflicts.kept_away, name="conflicts"),
    path("cases/<uuid:case_id>/conflicts/<uuid:kept_id>/lift", conflicts.lift, name="lift"),
    path("cases/<uuid:case_id>/parts/", parts.show, name="parts"),
    path("cases/<uuid:case_id>/parts/<uuid:route_id>/<slug:group>/", parts.release, name="release_part"),
    path("break-glass/", break_glass.open_case, name="break_glass"),
    path("break-glass/review/", break_glass.openings, name="openings"),
    path("break-glass/<uuid:opening_id>/review", break_glass.review, name="review_opening"),
    path("cases/<uuid:case_id>/children/<uuid:child_id>/decide", deciding.choose, name="choose"),
    path("cases/<uuid:case_id>/children/<uuid:child_id>/decide/<slug:code>", deciding.decide, name="decide"),
    path("cases/<uuid:case_id>/children/<uuid:child_id>/agree", deciding.agree, name="agree"),
    path("cases/<uuid:case_id>/children/<uuid:child_id>/move/<slug:verb>", deciding.move, name="move"),
    path("cases/<uuid:case_id>/reply", replying.reply, name="reply"),
    path("tasks/", tasks.show, name="tasks"),
    path("tasks/quiet-hours", tasks.quiet_hours, name="quiet_hours"),
    path("tasks/reminders/<uuid:reminder_id>/seen", tasks.seen, name="reminder_seen"),
    path("inbox/", packs.inbox, name="packs"),
    path("packs/<uuid:pack_id>/", packs.show, name="pack"),
    path("packs/<uuid:pack_id>/state", packs.state, name="pack_state"),
    path("packs/<uuid:pack_id>/acknowledge", packs.acknowledge, name="acknowledge"),
    path("packs/<uuid:pack_id>.pdf", files.pdf, name="pack_file"),
    path("packs/<uuid:pack_id>.json", files.data, name="pack_data"),
    path("record/", record.search, name="record"),
    path("record/export", record.export, name="record_export"),
    path("record/sample", history.sample, name="sample"),
    path("record/unusual", unusual.show, name="unusual"),
    path("prevent-advice/", prevent_advice.show, name="prevent_advice"),
]
