"""Times on the API: ISO 8601 in UTC with a Z; inside livesell they are epoch milliseconds."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a datetime can hold; a time beyond it is shown as the last second of the year 9999.
_LAST_MS = 253_402_300_799_000

# A time without a zone could mean any of 38 moments, so it is refused.
Moment = Annotated[datetime, Meta(tz=True)]


def moment(at_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=max(0, min(at_ms, _LAST_MS)))


def moment_or_none(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else moment(at_ms)


def epoch_ms(at: datetime) -> int:
    """Parts of a millisecond are dropped."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def epoch_ms_or_none(at: datetime | None) -> int | None:
    return None if at is None else epoch_ms(at)
