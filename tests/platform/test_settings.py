from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from printvision.platform.errors import InvalidSettings
from printvision.platform.redaction import Secret
from printvision.platform.settings import (
    DatabaseSettings,
    LogSettings,
    ServerSettings,
    Settings,
    WorkerSettings,
    environment,
    load_settings,
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "settings.toml") -> Path:
    Path(name).write_text(text)
    return Path(name)


def test_with_nothing_said_everything_has_its_default():
    assert load_settings({}) == Settings()


def test_the_environment_wins_over_the_file():
    file = written('data_dir = "/srv/pv"\n[server]\nport = 9000\nhost = "0.0.0.0"\n')

    settings = load_settings({"PRINTVISION_SERVER_PORT": "9001", "PRINTVISION_LOGS_JSON": "false"}, file)

    assert settings.server.port == 9001
    assert settings.server.host == "0.0.0.0"
    assert settings.data_path == Path("/srv/pv")
    assert settings.logs.json is False


def test_a_file_in_the_folder_is_found_and_another_may_be_named():
    written("[server]\nport = 9000\n", "printvision.toml")
    assert load_settings({}).server.port == 9000

    written("[server]\nport = 9002\n", "other.toml")
    assert load_settings({"PRINTVISION_CONFIG": "other.toml"}).server.port == 9002


def test_the_names_that_everybody_knows_are_taken_as_they_are():
    settings = load_settings({"DATABASE_URL": "postgres://u:hush@host/db", "REDIS_URL": "redis://:hush@host"})

    assert settings.database.url == Secret("postgres://u:hush@host/db")
    assert settings.redis_url == Secret("redis://:hush@host")
    assert "hush" not in repr(settings)


def test_an_empty_variable_counts_as_not_given():
    assert load_settings({"DATABASE_URL": "", "PRINTVISION_SERVER_PORT": ""}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRINTVISION_SERVER_PORT", "http"),
        ("PRINTVISION_SERVER_PORT", "65536"),
        ("PRINTVISION_SERVER_PORT", "-1"),
        ("PRINTVISION_SERVER_PORT", "null"),
        ("PRINTVISION_SERVER_PUBLIC_URL", "shop.example"),
        ("PRINTVISION_SERVER_PUBLIC_URL", "ftp://shop.example"),
        ("PRINTVISION_SERVER_PUBLIC_URL", "https://user:pw@shop.example"),
        ("PRINTVISION_SERVER_PUBLIC_URL", "https://shop.example/?a=1"),
        ("PRINTVISION_SERVER_MAX_BODY_BYTES", "1"),
        ("PRINTVISION_WORKER_POLL_S", "0"),
        ("PRINTVISION_WORKER_POLL_S", "nan"),
        ("PRINTVISION_WORKER_POLL_S", "inf"),
        ("PRINTVISION_WORKER_POLL_S", "1 s"),
        ("PRINTVISION_LOGS_JSON", "maybe"),
        ("PRINTVISION_DATABASE_POOL_SIZE", "1000"),
        ("DATABASE_URL", "mysql://u:hush@host/db"),
        ("DATABASE_OWNER_URL", "host:5432/hush"),
        ("REDIS_URL", "host:6379/hush"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_itself(variable: str, value: str):
    with pytest.raises(InvalidSettings) as refused:
        load_settings({variable: value})

    assert refused.value.fields == {"variable": variable}
    assert str(refused.value).startswith(f"{variable}: ")
    assert "hush" not in str(refused.value)


def test_a_misspelt_variable_stops_the_start():
    with pytest.raises(InvalidSettings) as refused:
        load_settings({"PRINTVISION_SERVER_PROT": "9000"})

    assert refused.value.fields == {"variable": "PRINTVISION_SERVER_PROT"}


def test_variables_of_others_are_none_of_ours():
    assert load_settings({"PATH": "/bin", "SERVER_PORT": "x", "PORT": "y"}) == Settings()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[server]\nport = 'http'\n", "Expected `int`, got `str` - at `$.server.port`"),
        ("[server]\nprot = 1\n", "Object contains unknown field `prot` - at `$.server`"),
        ("server = 5\n", "Expected `object`, got `int` - at `$.server`"),
        ("[server\n", "(at line 1, column 8)"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(text: str, reason: str):
    with pytest.raises(InvalidSettings) as refused:
        load_settings({}, written(text))

    assert str(refused.value).startswith("settings.toml: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None):
    if content is not None:
        Path("gone.toml").write_bytes(content)

    with pytest.raises(InvalidSettings) as refused:
        load_settings({"PRINTVISION_CONFIG": "gone.toml"})

    assert refused.value.fields == {"variable": "PRINTVISION_CONFIG"}
    assert str(refused.value).startswith("gone.toml: ")


@given(
    port=st.integers(0, 65_535),
    poll_s=st.floats(0.001, 86_400),
    json=st.booleans(),
    password=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
def test_a_child_process_reads_the_same(port: int, poll_s: float, json: bool, password: str):
    settings = Settings(
        data_dir="/srv/pv",
        database=DatabaseSettings(url=Secret(f"postgresql://u:{password}@h/d")),
        server=ServerSettings(port=port),
        worker=WorkerSettings(poll_s=poll_s),
        logs=LogSettings(json=json),
    )

    assert load_settings(environment(settings)) == settings
    assert load_settings(environment(replace(settings, redis_url=None))) == settings
