"""compose.yaml without an engine: values, exact tags, hardening, ports (TRUST §11)."""

import re
import shlex
import subprocess
import sys

import yaml

from server.turn import from_environment

COMPOSE = yaml.safe_load(open("compose.yaml", encoding="utf-8"))
KNOWN = {
    "build", "image", "command", "network_mode", "user", "read_only", "cap_drop", "security_opt", "tmpfs", "environment",
    "volumes", "healthcheck", "stop_grace_period", "restart", "profiles",
}  # fmt: skip


def test_only_known_keys_and_values():
    assert set(COMPOSE) == {"name", "services", "volumes"}
    for service in COMPOSE["services"].values():
        assert set(service) <= KNOWN
        assert service["restart"] == "always"
        assert service["network_mode"] == "host"


def test_every_service_is_hardened_and_pinned():
    for service in COMPOSE["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+(-r\d+)?", service["image"])
    assert COMPOSE["services"]["app"]["user"] == "10001:10001"


def test_turn_is_a_profile_that_relays_to_the_hub_only():
    turn = COMPOSE["services"]["turn"]
    assert turn["profiles"] == ["turn"]
    conf = [line for line in open("server/deploy/turnserver.conf", encoding="utf-8").read().splitlines() if line]
    assert "denied-peer-ip=0.0.0.0-255.255.255.255" in conf
    assert any(line.startswith("denied-peer-ip=::-ffff") for line in conf)
    assert all("#" not in line for line in conf[1:])
    assert "allowed-peer-ip=${HUB_ADDRESS}" in shlex.join(turn["command"])
    assert int(re.search(r":(\d+)\.(\d+)", turn["image"])[2]) >= 9


def test_the_app_command_and_healthcheck_are_real():
    app = COMPOSE["services"]["app"]
    verb = app["command"][1]
    answer = subprocess.run([sys.executable, "-m", "server", verb, "--help"], capture_output=True, text=True, check=True)
    for option in app["command"][2:]:
        if option.startswith("--"):
            assert option in answer.stdout
    compile(app["healthcheck"]["test"][3], "healthcheck", "exec")
    assert app["stop_grace_period"] == "30s"


def test_the_app_shares_the_relays_secret():
    app, turn = COMPOSE["services"]["app"], COMPOSE["services"]["turn"]
    assert app["environment"]["TURN_SECRET"] == "${TURN_SECRET:-}"
    assert "${TURN_SECRET:?" in " ".join(turn["command"])
    # empty values are none: the app starts without a relay
    assert from_environment({"DIEMCAU_TURN": "", "TURN_SECRET": ""}) is None
    relay = from_environment({"DIEMCAU_TURN": "turn:10.1.2.3:3478", "TURN_SECRET": "0123456789abcdef"})
    assert relay.servers("s-vu-thu", 0)[0].urls


def test_the_unit_keeps_wx_memory_and_restarts_for_ever():
    unit = open("server/deploy/diemcau.service", encoding="utf-8").read()
    assert "\nMemoryDenyWriteExecute" not in unit
    assert "StartLimitIntervalSec=0" in unit.split("[Service]")[0]
    assert "Restart=always" in unit
