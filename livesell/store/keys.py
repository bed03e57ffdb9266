"""Every key's name, in one place.

The keys of one session share the hash tag `{session}`, so each script is legal in a cluster.
Ids of sessions are slugs, hence `{+crew}` can never be one. What each key holds stands here too.
"""

import re
from dataclasses import dataclass

from livesell.domain.ids import check_session_id
from livesell.errors import BadConfig

SESSION_KEYS: dict[str, str] = {
    "session": "hash: version, record (JSON), and what scripts ask: state, shown, ended_ms, and "
    "queue: how often the waitlist has changed, which also numbers those who join it; bans: how "
    "often somebody was banned or let in again; and, of a rehearsal alone, rehearsal: the session "
    "that it rehearses",
    "cards": "hash: card id to record (JSON)",
    "offers": "hash: what place_order asks of a card, and of the one whose stock it draws on: "
    "<card>:open, :price, :limit, :donation, :per_order, :sold_out (1 or 0), :lines (pieces of a "
    "unit, 'tea*10 cup*1'), :flash ('<id> <price> <limit or -> <starts_ms> <ends_ms>' or empty); "
    "<stock card>:safety, :flash_until (epoch ms, 0 when no flash sale has a claim on it)",
    "units": "hash: <card>:<name of a field of Units>",
    "tally": "hash: the running totals",
    "timeline": "hash: <bucket start, epoch ms>:<name of a field of Bucket>",
    "commands": "hash: command id to '<version> <digest>' of what it did",
    "orders": "hash: order id to record (JSON)",
    "numbers": "list: order ids, the one with number n at index n - 1",
    "by_viewer": "zset, all scores 0: '<viewer>/<n, nine digits>/<order id>'",
    "contacts": "hash: order id to contact (JSON); apart, so that a person can be erased",
    "details": "hash: viewer to the contact given last (JSON), so that it is asked for once",
    "buyers": "hash: viewer to how many online orders of theirs stand; no field at 0",
    "taken": "hash: '<viewer>/<card>' to units ordered, for the limit per person; those of a flash "
    "sale are counted under '<viewer>/<card>/<flash id>' as well",
    "holds": "zset: order id by the end of its hold, epoch ms",
    "payments": "hash: payment reference to payment (JSON)",
    "events": "hash: a provider's event id to when it was taken, epoch ms",
    "refunds": "hash: refund id to refund (JSON)",
    "alarms": "list: what the staff should look at (JSON), newest first",
    "alarms_seen": "hash: alarm id to who of the crew looked at it first, and when (JSON)",
    "waiting": "zset, all scores 0: '<card>/<seq, twelve digits>/<viewer>', the waitlist in order",
    "entries": "hash: '<card>/<viewer>' to '<state> <pieces> <number>': waiting with its seq, "
    "offered with until when (epoch ms), taken, lapsed, left",
    "lapses": "zset: '<card>/<viewer>' of each live offer by its end, epoch ms",
    "ticker": "list: the newest orders as strangers may see them (JSON), newest first",
    "visits": "hash: visit to likes credited; where taps were dropped or had to wait: '<credited> "
    "<dropped, the viewer being muted or banned> <the count up to which waiting taps are noted>'",
    "likers": "set: viewers who liked",
    "liked": "hash: viewer to likes credited",
    "held_back": "hash: viewer to '<likes that had to wait> <orders refused>', both for their pace",
    "muted": "hash: viewer to who muted them, when and why (JSON)",
    "banned": "hash: viewer to who banned them, when and why (JSON)",
    "seen": "hash: viewer to when last present, epoch ms; its fields are the distinct viewers",
    "watched": "hash: viewer to watch time, ms",
    "leases": "hash: node to '<until_ms> <viewers> <health (JSON)>'",
    "beats": "hash: node to '<boot> <seq>' of its newest beat",
    "ledger": "stream: every fact, with k (kind), at (epoch ms), by, d (JSON)",
    "seals": "list: for each seal on the ledger, what it says (JSON) and its prints (bytes)",
}

CREW_KEYS: dict[str, str] = {
    "people": "hash: login name to person (JSON)",
    "generations": "hash: login name to how often all logins of that name were ended",
    "login": "string with expiry, one for each login's digest: '<generation> <name>'",
    "logins": "hash: a login's digest to what its owner may see of it (JSON), and <digest>:seen to "
    "when it was last used, epoch ms",
    "entered": "hash: login name to when somebody last signed in by it, epoch ms",
    "factors": "hash: login name to the second step of signing in (JSON), with its secret",
    "invitations": "hash: the digest of an open link's code to what it is for (JSON)",
    "audit": "stream: who did what beside sessions, with did, at (epoch ms), by, about, d (JSON)",
    "setup": "string with expiry, one for each set-up code's digest",
    "secret": "string: what signs the tokens",
    "campaigns": "hash: campaign id to campaign (JSON)",
    "planning": "string with expiry: whose turn it is to change plans, a random word",
    "products": "hash: product id to product (JSON)",
    "product_changes": "string: how often the catalogue was changed; a product's version is the "
    "number of the change that wrote it",
    "rehearsals": "hash: session id to the one rehearsal of it (JSON)",
    "archived": "hash: session id to where its archive is and what it was (JSON)",
}

# Stands where a session's id stands; no session can be called so.
CREW_TAG = "+crew"

SESSIONS_INDEX = "sessions"  # zset: session id by planned start, epoch ms; drafts at +inf


# No braces, which would be taken for the hash tag, and no glob characters.
_PREFIX = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The names below one prefix, which `check_prefix` has passed."""

    prefix: str

    def of(self, session_id: str, name: str) -> str:
        """One key of a session. Raises `NotFound` when it cannot be any session's id."""
        return f"{self.prefix}:{{{check_session_id(session_id)}}}:{name}"

    def crew(self, name: str, digest: str = "") -> str:
        suffix = f":{digest}" if digest else ""
        return f"{self.prefix}:{{{CREW_TAG}}}:{name}{suffix}"

    @property
    def index(self) -> str:
        return f"{self.prefix}:{SESSIONS_INDEX}"

    def wake(self, session_id: str) -> str:
        """The channel that each commit to the session is told on."""
        return self.of(session_id, "wake")

    @property
    def wake_crew(self) -> str:
        """The channel on which ended logins and changed roles are told."""
        return self.crew("wake")

    @property
    def wake_pattern(self) -> str:
        """All wake channels, as a glob."""
        return f"{self.prefix}:{{*}}:wake"

    def session_of(self, channel: str) -> str:
        return channel.removeprefix(f"{self.prefix}:{{").removesuffix("}:wake")

    def is_listed(self, key: str) -> bool:
        """Whether this page names the key; tests hold every key in the store to that."""
        if key == self.index:
            return True
        match = re.fullmatch(r":\{([^{}]+)\}:([a-z_]+)(:[0-9a-f]{64})?", key[len(self.prefix) :])
        if not key.startswith(self.prefix) or match is None:
            return False
        tag, name, digest = match.groups()
        if tag == CREW_TAG:
            return name in CREW_KEYS and (name in ("login", "setup")) == bool(digest)
        return name in SESSION_KEYS and not digest


def check_prefix(prefix: str) -> str:
    """Raises `BadConfig` when keys cannot begin with it."""
    if not _PREFIX.fullmatch(prefix):
        raise BadConfig(
            "bad_prefix",
            f"store.prefix may use letters, digits and _.:- only, 64 at most; {prefix!r} does not.",
        )
    return prefix
