"""Roles by address, domain and group; what a file may hold; what a sign-in proves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from segcore.access import NOBODY, Person, Role, acting_as, current, environment_of
from segcore.access.people import Named, People, read_people
from segcore.access.session import ACTING, person_in
from segcore.errors import ConfigError
from segcore.settings import Settings

PEOPLE = People(
    admin=Named(emails=("Ana@Lab.org",)),
    editor=Named(groups=("Imaging",), domains=("@micro.lab.org",)),
    viewer=Named(domains=("lab.org",)),
    none=Named(emails=("former@lab.org",), groups=("suspended",)),
)


@pytest.mark.parametrize(
    ("email", "groups", "role"),
    [
        ("ana@lab.org", (), Role.ADMIN),
        ("ben@lab.org", (), Role.VIEWER),
        ("ben@lab.org", ("Imaging",), Role.EDITOR),
        ("ben@lab.org", ("imaging",), Role.VIEWER),  # groups are as the provider spells them
        ("ben@micro.lab.org", (), Role.EDITOR),  # a domain is that domain, not those below it
        ("ben@lab.org.evil.com", (), Role.NONE),
        ("ben@evillab.org", (), Role.NONE),
        ("lab.org", (), Role.NONE),
        ("", (), Role.NONE),
        ("", ("Imaging",), Role.EDITOR),
        ("former@lab.org", ("Imaging",), Role.NONE),
        ("ana@lab.org", ("suspended",), Role.NONE),
    ],
)
def test_the_highest_role_that_fits_counts_and_none_beats_all(email: str, groups: tuple[str, ...], role: Role) -> None:
    assert PEOPLE.role(email, groups) is role


def test_who_is_not_named_gets_what_anyone_gets() -> None:
    assert People().role("x@y.z", ()) is Role.NONE
    assert People(anyone="viewer").role("x@y.z", ()) is Role.VIEWER
    assert People(anyone="viewer", none=Named(domains=("y.z",))).role("x@y.z", ()) is Role.NONE


@pytest.mark.parametrize("verified", [False, "false", None, 0])
def test_an_address_that_is_not_proven_gives_no_role(verified: object) -> None:
    told = {"email": "ana@lab.org", "email_verified": verified}
    assert PEOPLE.person(told) == Person("ana@lab.org")
    assert PEOPLE.person(told | {"groups": ["Imaging"]}).role is Role.EDITOR


def test_claims_become_a_person() -> None:
    found = PEOPLE.person({"email": " ANA@lab.org", "email_verified": "true", "exp": 99, "groups": "Imaging"})
    assert found == Person("ana@lab.org", ("Imaging",), Role.ADMIN, 99.0)
    assert found.expired
    assert PEOPLE.person({"sub": "S-1", "groups": ["Imaging"]}) == Person("s-1", ("Imaging",), Role.EDITOR)
    assert People(anyone="viewer").person({}) == NOBODY


def test_the_file_is_read_anew_when_it_changes_and_admins_come_from_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path), "SEGCORE_ADMINS": " Root@lab.org, "})
    assert read_people(settings).role("root@lab.org", ()) is Role.ADMIN
    assert read_people(settings).role("ben@lab.org", ()) is Role.NONE
    (tmp_path / "people.toml").write_text('[editor]\nemails = ["ben@lab.org"]\n')
    assert read_people(settings).role("ben@lab.org", ()) is Role.EDITOR
    assert read_people(settings).role("root@lab.org", ()) is Role.ADMIN


@pytest.mark.parametrize(
    "text", ["anyone = 'editor'", "anyone = 'admin'", "[edtor]\nemails=[]", "[admin]\nemails='ana'", "[admin", "\xff"]
)
def test_a_file_that_cannot_be_read_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "people.toml").write_text(text, "latin-1")
    with pytest.raises(ConfigError, match=r"people\.toml cannot be read"):
        read_people(Settings.from_env({"SEGCORE_HOME": str(tmp_path)}))


@given(some.text(), some.sampled_from(Role))
def test_a_child_process_acts_for_the_same_person(email: str, role: Role) -> None:
    person = Person(email, role=role)
    assert person_in(environment_of(person)[ACTING]) == person


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"email": "x", "role": "king"}', "7"])
def test_a_child_that_is_told_nonsense_acts_for_nobody(text: str) -> None:
    assert person_in(text) == NOBODY


def test_acting_as_ends_with_its_block() -> None:
    before = current()
    with acting_as(NOBODY):
        assert current() == NOBODY
    assert current() == before
