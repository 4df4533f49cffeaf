from __future__ import annotations

from django.urls import path

from parapet.web.counsel import views

urlpatterns = [
    path("c/<slug:case_id>/counsel/", views.counsel, name="counsel"),
    path("c/<slug:case_id>/counsel/invite/", views.invite, name="counsel-invite"),
    path("counsel/<slug:channel_id>/", views.channel, name="channel"),
    path("counsel/<slug:channel_id>/link/", views.link, name="channel-link"),
    path("counsel/<slug:channel_id>/join/", views.join, name="channel-join"),
    path("counsel/<slug:channel_id>/open/", views.open_it, name="channel-open"),
    path("counsel/<slug:channel_id>/end/", views.end, name="channel-end"),
    path("counsel/<slug:channel_id>/erase/", views.erase, name="channel-erase"),
    path("counsel/<slug:channel_id>/<slug:letter_id>/", views.file, name="channel-file"),
    path("counsel/<slug:channel_id>/<slug:letter_id>/erase/", views.erase_one, name="channel-letter-erase"),
]
