from __future__ import annotations

from django.urls import path

from parapet.api.schema import views

urlpatterns = [path("api/v1/openapi.json", views.openapi, name="api-schema")]
