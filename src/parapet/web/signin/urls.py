from __future__ import annotations

from django.urls import path

from parapet.web.signin import views

urlpatterns = [
    path("enter/", views.door, name="login"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
]
