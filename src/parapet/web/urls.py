"""Every address. Each screen's own lie beside its views."""

from __future__ import annotations

from django.urls import include, path

from parapet.web import home

handler400 = "parapet.web.answers.bad_request"
handler403 = "parapet.web.answers.forbidden"
handler404 = "parapet.web.answers.not_found"
handler500 = "parapet.web.answers.failed"

urlpatterns = [
    path("", home.start, name="start"),
    path("healthz", home.healthz, name="healthz"),
    path("language/", home.language, name="language"),
    path("", include("parapet.web.signin.urls")),
    path("", include("parapet.web.inbox.urls")),
    path("", include("parapet.web.item.urls")),
    path("", include("parapet.web.queue.urls")),
    path("", include("parapet.web.cases.urls")),
    path("", include("parapet.web.referrals.urls")),
    path("", include("parapet.web.safety.urls")),
    path("", include("parapet.web.complaints.urls")),
    path("", include("parapet.web.filing.urls")),
    path("", include("parapet.web.counsel.urls")),
    path("", include("parapet.web.keeping.urls")),
    path("", include("parapet.web.learning.urls")),
    path("", include("parapet.web.care.urls")),
    path("", include("parapet.web.capture.urls")),
    path("", include("parapet.web.intake.urls")),
    path("", include("parapet.web.connections.urls")),
    path("", include("parapet.web.browsers.urls")),
    path("", include("parapet.web.help.urls")),
    path("", include("parapet.web.preferences.urls")),
    path("", include("parapet.web.account.urls")),
    path("", include("parapet.web.protected.urls")),
    path("", include("parapet.web.open.urls")),
    path("", include("parapet.web.people.urls")),
    path("", include("parapet.web.organisations.urls")),
    path("", include("parapet.web.emergency.urls")),
    path("", include("parapet.web.deeds.urls")),
    path("", include("parapet.web.alerts.urls")),
    path("", include("parapet.web.shields.urls")),
    path("", include("parapet.web.support.urls")),
    path("", include("parapet.web.reports.urls")),
    path("", include("parapet.web.blocks.urls")),
    path("", include("parapet.api.perspective.urls")),  # by name only: screens know nothing of that room
    path("", include("parapet.api.schema.urls")),
]
