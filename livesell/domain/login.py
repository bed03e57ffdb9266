"""A login of a member of the crew, as its owner and administrators may see it."""

import ipaddress
import re

from msgspec import Struct

# What browsers call themselves, the more special first: nearly all also say Chrome or Safari.
_BROWSERS = (
    ("MicroMessenger/", "WeChat"), ("DingTalk/", "DingTalk"), ("Edg/", "Edge"), ("EdgA/", "Edge"),
    ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("HuaweiBrowser/", "Huawei"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip

# How much of a digest names a login or an invitation on a page: enough to be its own, and
# useless for anything but naming it.
ID_CHARS = 16
_ID = re.compile(rf"[0-9a-f]{{{ID_CHARS}}}")


class Device(Struct, frozen=True, kw_only=True):
    """Where a login came from, as far as is kept: no full address, no header as it was sent."""

    address: str = ""
    browser: str = ""


class Login(Struct, frozen=True, kw_only=True):
    """A login that has not ended. Times are epoch milliseconds; `seen_ms` is a minute exact."""

    digest: str
    name: str
    since_ms: int
    until_ms: int
    seen_ms: int = 0
    device: Device = Device()

    @property
    def id(self) -> str:
        return self.digest[:ID_CHARS]


def device_of(address: str, user_agent: str) -> Device:
    return Device(address=coarse(address), browser=browser_of(user_agent))


def coarse(address: str) -> str:
    """The network of an address: a /24, or a /48 for IPv6. Says which line, not which flat."""
    try:
        found = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return ""
    wide = found.supernet(new_prefix=24 if found.version == 4 else 48)
    text = str(wide.network_address)
    return text.rpartition(".")[0] + ".x" if found.version == 4 else text + "/48"


def browser_of(user_agent: str) -> str:
    """Such as "Chrome, Android": words of our own, so that nothing that was sent is shown."""
    found = (
        next((name for mark, name in kinds if mark in user_agent), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(word for word in found if word)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
