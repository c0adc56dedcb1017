import pytest
from sqlmodel import select

from classroom.school.demo import demo_password
from classroom.school.people import People
from classroom.store.engine import Store
from classroom.store.people import Audit

pytestmark = pytest.mark.unit


@pytest.mark.feature("SCH-01")
async def test_a_demo_class_has_fifty_students_and_an_instructor(store: Store) -> None:
    people = People(store)
    added = await people.enrol_class(demo=True)
    assert len(added) == 51
    students = [person for person in added if person.role == "student"]
    assert [person.extension for person in students] == [str(n) for n in range(1001, 1051)]
    assert students[0].login == "s01" and students[-1].login == "s50"
    assert await people.enrol_class(demo=True) == []
    found = await people.proved("s07", demo_password("s07"))
    assert found and found.extension == "1007"


async def test_generated_passwords_differ_and_work(store: Store) -> None:
    people = People(store)
    added = await people.enrol_class(demo=False, size=3)
    assert len({person.password for person in added}) == 4
    for person in added:
        assert await people.proved(person.login, person.password)
        assert not await people.proved(person.login, demo_password(person.login))


async def test_a_wrong_password_and_an_unknown_login_prove_nothing(store: Store) -> None:
    people = People(store)
    await people.enrol("li", "Li", "student", "1001", "right")
    assert await people.proved("li", "wrong") is None
    assert await people.proved("wang", "right") is None


async def test_the_password_itself_is_nowhere(store: Store) -> None:
    people = People(store)
    await people.enrol("li", "Li", "student", "1001", "open sesame")
    person = await people.by_login("li")
    assert person and person.password_hash.startswith("$argon2id$")


async def test_the_roster_shows_secrets_only_when_asked_and_audits_it(store: Store) -> None:
    people = People(store)
    await people.enrol_class(demo=True, size=2)
    assert all(entry.sip_password is None for entry in await people.roster())
    shown = await people.roster(reveal=True, by="root")
    secrets = [entry.sip_password for entry in shown if entry.extension]
    assert len(secrets) == 3 and all(secret and len(secret) == 16 for secret in secrets)
    async with store.read() as session:
        audits = (await session.exec(select(Audit))).all()
    assert [(audit.who, audit.what) for audit in audits] == [("root", "reveal_sip_passwords")]


async def test_agreeing_counts_for_exactly_that_notice(store: Store) -> None:
    people = People(store)
    await people.enrol("li", "Li", "student", "1001", "x")
    person = await people.by_login("li")
    assert person
    assert not await people.has_agreed(person, "180 days")
    await people.agree(person, "180 days")
    await people.agree(person, "180 days")
    assert await people.has_agreed(person, "180 days")
    assert not await people.has_agreed(person, "365 days")


async def test_only_a_password_that_everybody_knows_is_hashed_lightly(store: Store) -> None:
    people = People(store)
    await people.enrol_class(demo=True, size=1)
    await people.enrol("li", "李", "student", None, "demo-wang")
    known, own = await people.by_login("s01"), await people.by_login("li")
    assert known and known.password_hash.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert own and own.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await people.proved("s01", "demo-s01") and not await people.proved("s01", "demo-s02")
