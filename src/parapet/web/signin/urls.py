from __future__ import annotations

from django.urls import path

from parapet.web.signin import institution, proving, views

urlpatterns = [
    path("enter/", views.door, name="login"),
    path("enter/second/", views.second, name="second"),
    path("enter/at/<slug:institution>/", institution.at_institution, name="at-institution"),
    path("enter/from/<slug:institution>/", institution.from_institution, name="from-institution"),
    path("enter/link/<slug:institution>/", institution.link, name="institution-link"),
    path("enter/prove/<slug:institution>/", institution.prove, name="institution-prove"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
    path("proof/", proving.proof, name="proof"),
]
