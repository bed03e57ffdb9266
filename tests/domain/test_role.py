"""Nothing that changes anything works without its role."""

import pytest

from livesell.domain.person import check_crew_role, check_person_name
from livesell.domain.role import CREW, Role, require_command, require_figures
from livesell.errors import BadInput, NotAllowed

VERBS = ["start", "end", "miss", "show", "price", "edit"]
ALLOWED = {
    *((role, verb) for role in (Role.ADMIN, Role.HOST) for verb in VERBS if verb != "miss"),
    *((Role.TIMER, verb) for verb in ("start", "end", "miss")),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", VERBS)
def test_who_may_command(role: Role, verb: str) -> None:
    if (role, verb) in ALLOWED:
        require_command(role, verb)
        return
    with pytest.raises(NotAllowed):
        require_command(role, verb)


@pytest.mark.parametrize("role", Role)
def test_who_may_see_figures(role: Role) -> None:
    if role in CREW:
        require_figures(role)
        return
    with pytest.raises(NotAllowed):
        require_figures(role)


@pytest.mark.parametrize("name", ["a", "miao.weilun", "zhong_kong-2", "a" * 32])
def test_login_names(name: str) -> None:
    assert check_person_name(name) == name


@pytest.mark.parametrize("name", ["", "A", ".a", "a-", "苗", "a b", "a" * 33, "a\n"])
def test_what_is_no_login_name(name: str) -> None:
    with pytest.raises(BadInput) as raised:
        check_person_name(name)
    assert raised.value.code == "bad_name"


def test_people_are_admin_host_or_staff() -> None:
    assert {check_crew_role(str(role)) for role in CREW} == CREW
    for other in ("viewer", "timer", "", "ADMIN"):
        with pytest.raises(BadInput):
            check_crew_role(other)
