from __future__ import annotations

from django.urls import path

from parapet.web.learning import views

urlpatterns = [
    path("a/<slug:advocate_id>/learn/", views.learning, name="learn"),
    path("a/<slug:advocate_id>/learn/try/", views.try_out, name="learn-try"),
    path("a/<slug:advocate_id>/learn/use/", views.use, name="learn-use"),
    path("a/<slug:advocate_id>/learn/back/", views.back, name="learn-back"),
    path("a/<slug:advocate_id>/learn/forget/", views.forget, name="learn-forget"),
]
