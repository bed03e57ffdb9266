"""What is taken out of an archive with a person, and what stays."""

import json

from livesell.actions.erasing import without_person
from livesell.store.snapshot import Row, Section


def test_a_mark_stays_and_what_was_written_about_the_person_does_not() -> None:
    mark = b'{"by":"ann","at_ms":5,"cause":"\xe5\xbc\xa0\xe4\xb8\x89 <b>"}'
    rows: list[Row] = [(b"v", mark), (b"v2", mark)]
    sections = {"banned": Section("hash", rows), "muted": Section("hash", rows[:1])}
    left = without_person(sections, "v")
    bare = {"by": "ann", "at_ms": 5, "cause": ""}
    assert [json.loads(row[1]) for row in left["muted"].rows] == [bare]
    assert [row[0] for row in left["banned"].rows] == [b"v", b"v2"]
    assert json.loads(left["banned"].rows[0][1]) == bare
    assert left["banned"].rows[1] == (b"v2", mark)
