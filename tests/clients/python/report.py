"""What every script here shares: settings from the environment, findings as JSON lines."""

import json
import os

DOMAIN = os.environ["DOMAIN"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
PARAMETERS = json.loads(os.environ["PARAMETERS"])


def plain(value):
    """Models of the generated SDK, and lists of them, as JSON."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    dump = getattr(value, "model_dump", None)
    return dump(mode="json", by_alias=True, exclude_none=True) if dump else value


def report(step, call):
    """Prints the result of a call, or what it failed with, under a name."""
    try:
        value = plain(call())
    except Exception as error:  # noqa: BLE001, whatever the SDK raises is a finding
        told = {
            "name": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "error": getattr(error, "error_code", None),
            "message": str(error),
        }
        print(json.dumps({"step": step, "failed": told}), flush=True)
        return None
    print(json.dumps({"step": step, "value": value}), flush=True)
    return value
