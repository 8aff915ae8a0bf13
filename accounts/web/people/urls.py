"""Addresses of managing people."""

from django.urls import path

from accounts.web.people import invitations, lists, memberships, messages, person

app_name = "people"

urlpatterns = [
    path("", lists.people, name="people"),
    path("review", lists.review, name="review"),
    path("messages", messages.sent, name="messages"),
    path("messages/<uuid:delivery_id>/again", messages.send_again, name="send_message_again"),
    path("invite", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/again", invitations.send_again, name="send_again"),
    path("invitations/<uuid:invitation_id>/withdraw", invitations.withdraw, name="withdraw"),
    path("roles/<uuid:membership_id>/end", memberships.end, name="end_role"),
    path("roles/<uuid:membership_id>/move", memberships.move, name="move_role"),
    path("roles/<uuid:membership_id>/keep", memberships.keep, name="keep_role"),
    path("roles/<uuid:membership_id>/confirm", memberships.confirm, name="confirm_role"),
    path("roles/<uuid:membership_id>/refuse", memberships.refuse, name="refuse_role"),
    path("<uuid:person_id>", person.person, name="person"),
    path("<uuid:person_id>/give", person.give_role, name="give_role"),
    path("<uuid:person_id>/lost-second-step", person.lost_second_step, name="lost_second_step"),
    path("<uuid:person_id>/stop", person.stop, name="stop"),
]
