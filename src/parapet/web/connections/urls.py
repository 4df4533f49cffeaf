from __future__ import annotations

from django.urls import path

from parapet.web.connections import bluesky, door, feeds, mastodon, pages, services, views

urlpatterns = [
    path("a/<slug:advocate_id>/connections/", views.connections, name="connections"),
    path("a/<slug:advocate_id>/connections/mail/", views.new_mailbox, name="new-mailbox"),
    path("a/<slug:advocate_id>/connections/bluesky/", bluesky.new_bluesky, name="new-bluesky"),
    path("bluesky/back/", bluesky.from_bluesky, name="from-bluesky"),
    path("bluesky/client-metadata.json", bluesky.client_metadata, name="bluesky-client"),
    path("a/<slug:advocate_id>/connections/mastodon/", mastodon.new_mastodon, name="new-mastodon"),
    path("a/<slug:advocate_id>/connections/door/", door.new_door, name="new-door"),
    path("connections/door/<slug:door_id>/", door.mails, name="door-mails"),
    path("mail/<slug:mail_id>/pass-on/", door.pass_on_mail, name="door-pass-on"),
    path("i/<slug:item_id>/pass-on/", door.pass_on_item, name="item-pass-on"),
    path("a/<slug:advocate_id>/connections/mail/<slug:service>/", services.new_service_mailbox, name="new-service-mailbox"),
    path("mail-services/", services.mail_services, name="mail-services"),
    path("mail-services/<slug:service>/", services.from_service, name="from-mail-service"),
    path("connections/<slug:connection_id>/sign-in/", services.sign_in_again, name="connection-sign-in"),
    path("a/<slug:advocate_id>/connections/reviews/", pages.new_pages, name="new-pages"),
    path("a/<slug:advocate_id>/connections/feeds/", feeds.new_feed, name="new-feed"),
    path("connections/<slug:connection_id>/", views.connection, name="connection"),
    path("connections/<slug:connection_id>/pause/", views.pause, name="connection-pause"),
    path("connections/<slug:connection_id>/resume/", views.resume, name="connection-resume"),
    path("connections/<slug:connection_id>/read-again/", views.read_again, name="connection-read-again"),
    path("connections/<slug:connection_id>/end/", views.end, name="connection-end"),
]
