"""Nothing that changes anything works without its role."""

import pytest

from livesell.domain.owning import check_owner
from livesell.domain.person import SHELL, TIMER, Actor, check_crew_role, check_person_name
from livesell.domain.role import (
    CREW,
    RIGHTS,
    TIMER_COMMANDS,
    Right,
    Role,
    may,
    require_command,
    require_figures,
    require_orders,
)
from livesell.errors import BadInput, NotAllowed
from tests.support.build import a_session

MODERATED = {"notice", "mute", "unmute", "ban", "unban", "undo"}
RUN = {"start", "end", "show", "price", "edit", "schedule", "add_card", "end_flash"}
CREATED = {"create", "cancel"}
VERBS = {
    Role.ADMIN: MODERATED | RUN | CREATED,
    Role.HOST: MODERATED | RUN | CREATED,
    Role.OPERATOR: MODERATED | RUN,
    Role.MODERATOR: MODERATED,
    Role.TIMER: TIMER_COMMANDS,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", sorted(MODERATED | RUN | CREATED | {"miss"}))
def test_who_may_command(role: Role, verb: str) -> None:
    if verb in VERBS.get(role, set()):
        require_command(role, verb)
        return
    with pytest.raises(NotAllowed):
        require_command(role, verb)


@pytest.mark.parametrize("role", Role)
def test_who_may_settle_and_see_who_bought(role: Role) -> None:
    if role in CREW - {Role.MODERATOR}:
        require_orders(role)
        return
    with pytest.raises(NotAllowed):
        require_orders(role)


def test_every_role_has_its_line_and_only_administrators_decide_who_belongs() -> None:
    assert set(RIGHTS) == set(Role)
    assert [role for role in Role if may(role, Right.PEOPLE)] == [Role.ADMIN]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPERATOR, Role.MODERATOR])
def test_whoever_has_the_right_over_any_session_needs_not_own_it(role: Role) -> None:
    check_owner(Actor(name="suyun", role=role), a_session(owner="miao"))
    check_owner(TIMER, a_session(owner="miao"))


def test_a_host_changes_its_own_sessions_only() -> None:
    host = Actor(name="suyun", role=Role.HOST)
    for owner in ("suyun", SHELL, ""):
        check_owner(host, a_session(owner=owner))
    with pytest.raises(NotAllowed) as refused:
        check_owner(host, a_session(owner="miao"))
    assert refused.value.code == "not_yours"


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


@pytest.mark.parametrize(
    "name", ["", "A", ".a", "a-", "苗", "a b", "a" * 33, "a\n", "cli", "timer"]
)
def test_what_is_no_login_name(name: str) -> None:
    with pytest.raises(BadInput) as raised:
        check_person_name(name)
    assert raised.value.code == "bad_name"


def test_people_have_a_role_of_the_crew() -> None:
    assert {check_crew_role(str(role)) for role in CREW} == CREW
    for other in ("viewer", "timer", "", "ADMIN"):
        with pytest.raises(BadInput):
            check_crew_role(other)
