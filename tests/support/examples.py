"""How many examples a property is tried with."""

from hypothesis import settings

THOROUGH = "thorough"


def examples(few: int) -> int:
    """`few` of a property whose examples are slow, unless the thorough profile was asked for."""
    many = settings.get_profile(THOROUGH).max_examples
    return many if settings.default is not None and settings.default.max_examples == many else few
