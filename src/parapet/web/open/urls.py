from __future__ import annotations

from django.urls import path

from parapet.web.open import views

urlpatterns = [
    path("open/", views.material, name="open"),
    path("open/make/", views.make, name="open-make"),
    path("open/sheet/", views.by_sheet, name="open-sheet"),
    path("open/sheet/new/", views.new_sheet, name="open-new-sheet"),
    path("open/passphrase/", views.passphrase, name="open-passphrase"),
    path("open/shut/", views.shut_again, name="open-shut"),
    path("a/<slug:advocate_id>/close/", views.close, name="open-close"),
    path("a/<slug:advocate_id>/unclose/", views.unclose, name="open-unclose"),
    path("a/<slug:advocate_id>/let-in/<slug:helper_id>/", views.let_one_in, name="open-let-in"),
]
