import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desk.demo.firebird_server import PrivateFirebird
from lib.errors import Fatal


def test_create_database_runs_its_sql(firebird, firebird_db):
    path = firebird_db("UNO.GDB", "CREATE TABLE T (N INTEGER); COMMIT; INSERT INTO T VALUES (7); COMMIT;")
    assert path.exists()
    assert "7" in firebird.isql(path, "SELECT N FROM T;")


def test_create_database_makes_a_dialect_1_database(firebird, firebird_db):
    path = firebird_db(dialect=1)
    assert "1" in firebird.isql(path, "SELECT MON$SQL_DIALECT FROM MON$DATABASE;", dialect=1)


def test_isql_keeps_accents_and_the_bytes_that_cp1252_lacks(firebird, firebird_db):
    sql = "CREATE TABLE T (A VARCHAR(20), B VARCHAR(20) CHARACTER SET WIN1252); COMMIT;"
    path = firebird_db(sql=sql + "INSERT INTO T VALUES ('Peña\x81\x8d\x8f\x90\x9d', '€ “ñ”'); COMMIT;")
    found = firebird.isql(path, "SELECT CAST(A AS VARCHAR(20) CHARACTER SET OCTETS) FROM T;")
    assert "Peña".encode("cp1252").hex().upper() + "818D8F909D" in found
    assert "€ “ñ”" in firebird.isql(path, "SELECT B FROM T;", charset="WIN1252")


def test_isql_raises_at_the_first_error(firebird, firebird_db):
    with pytest.raises(Fatal, match="NOSUCH"):
        firebird.isql(firebird_db(), "SELECT * FROM NOSUCH;")


def test_server_listens_on_loopback_only(firebird):
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", firebird.port)) != 0


def test_server_starts_again_on_its_directory_with_a_new_password(tmp_path):
    with PrivateFirebird(tmp_path) as first:
        first.create_database("UNO.GDB", "CREATE TABLE T (N INTEGER);")
    with PrivateFirebird(tmp_path) as second:
        assert second.password != first.password
        second.isql("UNO.GDB", "SELECT COUNT(*) FROM T;")


def test_server_dies_with_the_process_that_started_it(tmp_path):
    code = (
        "import sys, time; from desk.demo.firebird_server import PrivateFirebird;"
        "s = PrivateFirebird(sys.argv[1]); s.start(); print(s._process.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    assert "firebird" in Path(f"/proc/{pid}/comm").read_text()
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    assert _ends(pid)


def _ends(pid: int) -> bool:
    """Whether the process is gone (or a zombie that waits for its new parent) within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False
