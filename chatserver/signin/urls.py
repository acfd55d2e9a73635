"""Routes of sign-in, below /api/."""

from django.urls import path

from chatserver.signin import activation_api, api, factors_api

urlpatterns = [
    path("activation/look", activation_api.LookView.as_view()),
    path("activation/use", activation_api.UseView.as_view()),
    path("activation/refuse", activation_api.RefuseView.as_view()),
    path("session", api.SessionView.as_view()),
    path("session/code", api.SecondFactorView.as_view()),
    path("second-factor", factors_api.FactorsView.as_view()),
    path("second-factor/<int:factor>", factors_api.FactorView.as_view()),
    path("second-factor/totp", factors_api.TotpView.as_view()),
    path("second-factor/passkeys/options", factors_api.PasskeyOptionsView.as_view()),
    path("second-factor/passkeys", factors_api.PasskeysView.as_view()),
    path("second-factor/recovery-codes", factors_api.RecoveryCodesView.as_view()),
    path("second-factor/confirm", factors_api.ConfirmView.as_view()),
    path("password", api.PasswordView.as_view()),
    path("devices", api.DevicesView.as_view()),
    path("devices/code", activation_api.DeviceCodeView.as_view()),
    path("devices/<int:device>", api.DeviceView.as_view()),
]
