from __future__ import annotations

from django.urls import path

from parapet.web.organisations import administering, views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<slug:organisation_id>/", views.one, name="organisation"),
    path("organisations/<slug:organisation_id>/join/", views.join, name="organisation-join"),
    path("organisations/<slug:organisation_id>/decline/", views.decline, name="organisation-decline"),
    path("organisations/<slug:organisation_id>/leave/", views.leave, name="organisation-leave"),
    path("organisations/<slug:organisation_id>/invite/", administering.invite, name="member-invite"),
    path("organisations/<slug:organisation_id>/<slug:member_id>/withdraw/", administering.withdraw, name="member-withdraw"),
    path("organisations/<slug:organisation_id>/<slug:member_id>/sign-out/", administering.sign_out, name="member-sign-out"),
    path("organisations/<slug:organisation_id>/<slug:member_id>/end/", administering.end, name="member-end"),
    path("a/<slug:advocate_id>/gather/", views.gather, name="gather"),
    path("belonged/<slug:membership_id>/", views.away, name="organisation-away"),
]
