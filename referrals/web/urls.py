"""The addresses of the referral journey. A record's key and a page's id are all that they say."""

from django.urls import path

from referrals.web import (
    calls,
    calls_made,
    check,
    children_table,
    danger,
    pages,
    phone,
    questions,
    records,
    sent,
    start,
    task_list,
)

app_name = "referrals"

urlpatterns = [
    path("start/", start.start, name="start"),
    path("start/phone/", phone.start, name="start_by_phone"),
    path("calls/<uuid:pk>/confirm/", phone.confirm, name="confirm_call"),
    path("mine/", start.mine, name="mine"),
    path("notices/<uuid:pk>/seen/", start.notice_seen, name="notice_seen"),
    path("<uuid:pk>/", task_list.task_list, name="task_list"),
    path("<uuid:pk>/pages/<slug:page>/", pages.page, name="page"),
    path("<uuid:pk>/pages/<slug:page>/<slug:key>/", pages.page, name="page"),
    path("<uuid:pk>/danger/", danger.danger, name="danger"),
    path("<uuid:pk>/call/", calls.call, name="call"),
    path("<uuid:pk>/children/", records.records, {"scope": "child"}, name="children"),
    path("<uuid:pk>/children/table/", children_table.children_table, name="children_table"),
    path("<uuid:pk>/children/<slug:key>/remove/", records.remove, {"scope": "child"}, name="remove_child"),
    path("<uuid:pk>/persons/", records.records, {"scope": "person"}, name="persons"),
    path("<uuid:pk>/persons/<slug:key>/remove/", records.remove, {"scope": "person"}, name="remove_person"),
    path("<uuid:pk>/share/", task_list.share, name="share"),
    path("<uuid:pk>/withdraw/", task_list.withdraw, name="withdraw"),
    path("<uuid:pk>/check/", check.check, name="check"),
    path("<uuid:pk>/send-now/", check.check, {"quick": True}, name="send_now"),
    path("<uuid:pk>/send/", check.send, name="send"),
    path("<uuid:pk>/sent/", sent.sent, name="sent"),
    path("<uuid:pk>/sent/print/", sent.printed, name="print"),
    path("<uuid:pk>/packs/", sent.packs, name="packs"),
    path("<uuid:pk>/tick/", sent.tick, name="tick"),
    path("<uuid:pk>/add/", sent.add_detail, name="add_detail"),
    path("<uuid:pk>/calls/", calls_made.calls_made, name="calls_made"),
    path("<uuid:pk>/questions/", questions.answer, name="questions"),
    path("<uuid:pk>/copy.txt", sent.copy_text, name="copy_text"),
    path("<uuid:pk>/copy.pdf", sent.copy_pdf, name="copy_pdf"),
]
