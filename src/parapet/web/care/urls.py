from __future__ import annotations

from django.urls import path

from parapet.web.care import days, views

urlpatterns = [
    path("a/<slug:advocate_id>/care/", views.reply, name="care"),
    path("a/<slug:advocate_id>/care/help/", views.places, name="care-help"),
    path("a/<slug:advocate_id>/care/days/", days.days, name="care-days"),
    path("a/<slug:advocate_id>/care/days/keep/", days.keep, name="care-keep"),
    path("a/<slug:advocate_id>/care/days/erase/", days.erase, name="care-erase"),
    path("a/<slug:advocate_id>/care/days/pause/", days.pause, name="care-pause"),
]
