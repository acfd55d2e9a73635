"""Routes of the public pages: /kt and below."""

from django.urls import path

from broadcasts.verifying import machine, page

urlpatterns = [
    path("kt", page.enter),
    path("kt/", page.enter),
    path("kt/khoa.json", machine.public_keys),
    path("kt/<str:code>.json", machine.notice),
    path("kt/<str:code>.svg", page.qr),
    path("kt/<str:code>", page.page),
]
