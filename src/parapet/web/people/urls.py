from __future__ import annotations

from django.urls import path

from parapet.web.people import views

urlpatterns = [
    path("a/<slug:advocate_id>/people/", views.people, name="people"),
    path("a/<slug:advocate_id>/people/invite/", views.invite_one, name="person-invite"),
    path("a/<slug:advocate_id>/people/let-in/", views.let_in, name="person-let-in"),
    path("a/<slug:advocate_id>/people/<slug:helper_id>/", views.change, name="person-change"),
    path("a/<slug:advocate_id>/people/<slug:helper_id>/link/", views.link, name="person-link"),
    path("a/<slug:advocate_id>/people/<slug:helper_id>/revoke/", views.end, name="person-revoke"),
    path("a/<slug:advocate_id>/give-back/", views.hand_back, name="give-back"),
]
