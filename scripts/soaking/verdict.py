"""What a scenario found: claims that held or failed, and the numbers behind them."""

from typing import Any

from msgspec import Struct, field

Number = float | int | str | None


class Verdict(Struct, kw_only=True):
    """One scenario's outcome. It has held when nothing in `failed` stands."""

    name: str
    failed: list[str] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)
    seconds: float = 0

    @property
    def has_held(self) -> bool:
        return not self.failed

    def expect(self, claim: str, *, holds: bool) -> None:
        """Notes a claim that does not hold; say what was found in it."""
        if not holds:
            self.failed.append(claim)

    def note(self, **numbers: Number) -> None:
        self.numbers.update(
            {k: round(v, 2) if isinstance(v, float) else v for k, v in numbers.items()}
        )

    def line(self) -> str:
        """For people: the verdict, the numbers, and what failed below."""
        word = "held" if self.has_held else "FAILED"
        numbers = ", ".join(f"{name} {value}" for name, value in self.numbers.items())
        return "\n".join(
            [
                f"{self.name}: {word} in {self.seconds:.0f} s ({numbers})",
                *(f"  {claim}" for claim in self.failed),
            ]
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "held": self.has_held,
            "failed": self.failed,
            "numbers": self.numbers,
            "seconds": round(self.seconds, 1),
        }
