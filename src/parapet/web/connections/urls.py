from __future__ import annotations

from django.urls import path

from parapet.web.connections import bluesky, mastodon, views

urlpatterns = [
    path("a/<slug:advocate_id>/connections/", views.connections, name="connections"),
    path("a/<slug:advocate_id>/connections/mail/", views.new_mailbox, name="new-mailbox"),
    path("a/<slug:advocate_id>/connections/bluesky/", bluesky.new_bluesky, name="new-bluesky"),
    path("a/<slug:advocate_id>/connections/mastodon/", mastodon.new_mastodon, name="new-mastodon"),
    path("connections/<slug:connection_id>/", views.connection, name="connection"),
    path("connections/<slug:connection_id>/pause/", views.pause, name="connection-pause"),
    path("connections/<slug:connection_id>/resume/", views.resume, name="connection-resume"),
    path("connections/<slug:connection_id>/end/", views.end, name="connection-end"),
]
