from __future__ import annotations

from django.urls import path

from parapet.web.account import views

urlpatterns = [
    path("settings/signing-in/", views.signing_in, name="signing-in"),
    path("settings/signing-in/history/", views.history, name="sign-ins"),
    path("settings/signing-in/passphrase/", views.passphrase, name="passphrase"),
    path("settings/signing-in/app/", views.app, name="app"),
    path("welcome/", views.welcome, name="welcome"),
]
