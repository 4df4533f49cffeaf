from __future__ import annotations

from django.urls import path

from parapet.web.emergency import hers, named

urlpatterns = [
    path("emergency/", named.emergency, name="emergency"),
    path("emergency/ask/<slug:advocate_id>/", named.ask, name="emergency-ask"),
    path("emergency/<slug:request_id>/", named.one, name="emergency-request"),
    path("emergency/<slug:request_id>/agree/", named.agree, name="emergency-agree"),
    path("emergency/<slug:request_id>/end/", named.end, name="emergency-end"),
    path("emergency/<slug:request_id>/<slug:item_id>/", named.item, name="emergency-item"),
    path("emergency/<slug:request_id>/<slug:item_id>/text/", named.text, name="emergency-text"),
    path("a/<slug:advocate_id>/emergency/", hers.plan, name="emergency-plan"),
]
