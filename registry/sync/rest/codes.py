"""What a pull may be refused for, and what is tolerated of a provider; part of registry/sync/codes.py."""

from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

# Refused before there was a package: nothing was changed.
PULL_REFUSALS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "already_pulling": _("Somebody else is pulling this source just now."),
        "source_not_set_up": _("The source has no address, name or secret yet. Enter them first."),
        "secret_unreadable": _("The secret was entered under another SECRET_KEY. Enter it again."),
        "address_not_allowed": _(
            "The address of the source is not called: it must be https and of the public network."
        ),
        "provider_unreachable": _("The source cannot be reached, or the connection broke off. It is tried again."),
        "provider_too_slow": _("The source takes too long to answer. It is tried again."),
        "provider_busy": _("The source asks for patience for longer than is waited. It is tried again."),
        "provider_failing": _("The source reports a failure of its own. It is tried again."),
        "pull_too_long": _("The whole pull takes too long. The next one goes on where this one stopped."),
        "provider_denied": _("The source does not let us in. Check name, secret and scopes there."),
        "provider_redirects": _("The source sends us to another address. Enter the one that answers itself."),
        "provider_answers_otherwise": _("The source does not answer as OneRoster says. Check its address."),
        "provider_not_json": _("The source answered something else than JSON, or it was cut off."),
        "provider_wrong_shape": _("The answer holds no list of the records asked for. Check the address."),
        "provider_page_too_large": _("One page of the source is larger than any page can be."),
        "provider_repeats": _("The source gives the same page again and again."),
        "provider_endless": _("The source gives more pages than a registry can have."),
        "provider_unstable": _("The list changed each time it was read, so that records may be missing."),
    }
)

# About the provider; the rows are taken.
PULL_WARNINGS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "filter_ignored": _("The source sends everything where only changes were asked for."),
        "no_change_dates": _("Records without a date of change: each pull has to read everything."),
    }
)

# It may go better in an hour, and then from where this one stopped. Anything else needs a person.
PASSING = frozenset({"provider_unreachable", "provider_too_slow", "provider_busy", "provider_failing", "pull_too_long"})
