"""With which key results are posted: as a parameter of the URL, a header, a token or a login."""

from blinkenlights.probe.files.requests import HEADER, auth_headers
from blinkenlights.probe.files.settings import ApiKey
from blinkenlights.probe.output import Auth
from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.unfit import Unfit

_KEY = "post_api_key"


def auth_of(api_key: ApiKey | None, secrets: Secrets) -> tuple[Auth, str, str]:
    """Return how it is sent, under which name, and the secret; raises Unfit and NoSecret.

    The name is that of the parameter or the header; the secret of a login is `user:password`.
    """
    if api_key is None:
        return "none", "", ""
    ways = [way for way in ("bearer", "basic", "header", "parameter") if getattr(api_key, way)]
    ways += ["param_name"] if api_key.param_name or api_key.param_value else []
    if len(ways) != 1:
        several = " and ".join(ways) or "nothing"
        raise Unfit(_KEY, f"has {several}; write parameter, header, bearer or basic")
    if ways == ["param_name"]:
        if not (api_key.param_name and api_key.param_value):
            raise Unfit(_KEY, "wants both param_name and param_value")
        value = secrets.hide(secrets.filled(api_key.param_value))
        return "parameter", api_key.param_name, value
    if ways == ["parameter"]:
        if len(api_key.parameter) > 1:
            raise Unfit(_KEY, "parameter wants one name with one value")
        ((name, given),) = api_key.parameter.items()
        return "parameter", name, secrets.hide(secrets.filled(given))
    try:
        ((name, value),) = auth_headers(api_key, secrets).items()
    except Unfit as unfit:
        raise Unfit(_KEY, str(unfit).removeprefix(f"{unfit.key}: ")) from None
    if not HEADER.fullmatch(name) or any(sign in value for sign in "\r\n\0"):
        raise Unfit(_KEY, f"{name!r} cannot be a header")
    return ("header" if api_key.header else "bearer" if api_key.bearer else "basic"), name, value
