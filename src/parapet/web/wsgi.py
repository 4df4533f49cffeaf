"""The web application, as granian loads it: the home comes from PARAPET_HOME."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from parapet.settings.start import configure_for

configure_for()
application = get_wsgi_application()
