"""TURN credentials: what a page is given, and what a real coturn makes of them."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys

import msgspec
import pytest
from kit.left_out import leave_out
from kit.web_app import running

from server import turn
from signaling.errors import Malformed

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = {"DIEMCAU_TURN": "turn:10.1.2.3:3478?transport=tcp turns:hub.example:443", "TURN_SECRET": "0123456789abcdef"}


def test_credentials_are_dated_signed_and_name_nobody():
    relay = turn.from_environment(SETTINGS)
    (server,) = relay.servers("s-vu-thu", 1_000)
    assert server.urls == ("turn:10.1.2.3:3478?transport=tcp", "turns:hub.example:443")
    expires, _, who = server.username.partition(":")
    assert (int(expires), len(who), "vu-thu" in who) == (1_600, 16, False)
    made = hmac.new(b"0123456789abcdef", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential) == made
    assert relay.servers("s-vu-thu", 2_000)[0].username.endswith(who)
    assert not relay.servers("s-tien-hai", 1_000)[0].username.endswith(who)
    assert "0123" not in repr(relay)
    assert "0123" not in f"{relay.secret}"


def test_without_a_relay_there_is_none_and_a_poor_secret_is_refused():
    assert turn.from_environment({}) is None
    for wrong in ({"TURN_SECRET": "short"}, {"DIEMCAU_TURN": "stun:example.org"}):
        with pytest.raises(Malformed):
            turn.from_environment(SETTINGS | wrong)


async def test_a_page_gets_them_with_its_token(tmp_path, monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    async with running(tmp_path) as there:
        cookie, device = await there.site()
        async with there.socket(cookie) as socket:
            await there.hello(socket, "s-vu-thu", device)
            await socket.send(json.dumps({"t": "media.ask", "use": "whep"}))
            while (told := json.loads(await socket.recv()))["t"] != "media.token":
                pass
    assert told["ice"][0]["urls"] == SETTINGS["DIEMCAU_TURN"].split()
    assert msgspec.json.encode(told).count(b"0123456789abcdef") == 0


def in_a_house(module, tmp_path):
    """Run a part of the kit in a network namespace of its own; returns what it printed."""
    if shutil.which("turnserver") is None:
        leave_out("no coturn on this machine")
    if os.geteuid() or shutil.which("unshare") is None or shutil.which("ip") is None:
        leave_out("a namespace of its own needs root")
    conf = ROOT / "server/deploy/turnserver.conf"
    command = ["unshare", "--net", sys.executable, "-m", module, str(conf), str(tmp_path)]
    run = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=60, env=os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"}
    )
    return json.loads(run.stdout)


def test_a_real_relay_grants_the_media_address_and_nothing_else(tmp_path):
    found = in_a_house("kit.relay_house", tmp_path)
    assert found["granted"] == ["10.9.0.1"]
    assert found["asked"] == 15
    assert found["mapped"] == "10.9.0.1", "the plane sees the relay's address"
    assert found["refused"] == {"expired": True, "forged": True}


def test_where_only_443_is_open_a_picture_comes_by_turn_over_tls(tmp_path):
    found = in_a_house("kit.relay_tls", tmp_path)
    media = found["media"]
    assert media["seen"] > 20, "decoded frames"
    assert media["ways"] == ["10.9.0.1"], "both peers come from the relay's address"
    assert media["tcp"] == [443], "and spoke to nothing else"
    assert found["4"] == {"relayed": "10.9.0.1", "granted": ["10.9.0.1"]}
    assert found["6"] == {"relayed": "fd09::1", "granted": ["fd09::1"]}
