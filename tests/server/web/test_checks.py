import pytest
from kit.doors import house

from server.web import checks

REPORT = {
    "browser": "Chrome 141", "secure": True, "camera": "good", "mic": "good", "speaker": "good", "played": True, "at": 5,
    "network": {"up_mbps": 3.1, "down_mbps": 4.0, "loss_pct": 0.5, "path": "udp"},
}  # fmt: skip


pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")


@pytest.fixture
async def hub(tmp_path):
    async with house(tmp_path) as made:
        yield made


async def test_a_sites_check_reaches_the_board(hub):
    site, secretary = await hub.site("vu-thu"), await hub.person("secretary")
    assert (await site.post(hub.path + "/check", json=REPORT))[0] == 201
    weak = REPORT | {"network": REPORT["network"] | {"up_mbps": 0.3}, "seat": "s-vu-thu"}
    assert (await site.post(hub.path + "/check", json=weak))[0] == 201
    status, answer, _ = await secretary.get(hub.path + "/readiness")
    assert status == 200
    board = {line["site"]: line for line in answer["sites"]}
    assert len(board) == 9
    assert (board["vu-thu"]["verdict"], board["vu-thu"]["ready"]) == ("weak", False)
    assert board["vu-thu"]["report"]["browser"] == "Chrome 141"
    assert (board["hub"]["verdict"], board["hub"]["checked_at"]) == ("unknown", None)


async def test_only_the_seat_itself_reports(hub):
    operator, site = await hub.person("operator"), await hub.site("vu-thu")
    assert (await hub.stranger().post(hub.path + "/check", json=REPORT))[0] == 401
    assert (await operator.post(hub.path + "/check", json=REPORT))[0] == 401
    assert (await site.post(hub.path + "/check", json=REPORT | {"seat": "s-hub"}))[0] == 403
    other = await hub.app.create(hub.room.session.state.sheet())
    elsewhere = await hub.site("vu-thu", other)
    assert (await elsewhere.post(hub.path + "/check", json=REPORT))[0] == 401


@pytest.mark.parametrize(
    "change",
    [{"network": {"up_mbps": -1}}, {"camera": "broken"}, {"extra": 1}, {"browser": "x" * 81}, {"secure": "yes"}, {"at": -1}],
)
async def test_what_is_no_report(hub, change):
    site = await hub.site("vu-thu")
    assert (await site.post(hub.path + "/check", json=REPORT | change))[0] == 400


async def test_the_line_test(hub):
    site = await hub.site("vu-thu")
    status, data, headers = await site.get("/api/preflight/down?bytes=100000")
    assert (status, len(data), headers["Cache-Control"]) == (200, 100_000, "no-store")
    assert len(set(data[:1000])) > 200
    status, answer, _ = await site.post("/api/preflight/up", data=bytes(70_000))
    assert (status, answer["bytes"]) == (200, 70_000)
    for asked in ("0", "-1", "x", str((8 << 20) + 1), "99999999999999"):
        assert (await site.get(f"/api/preflight/down?bytes={asked}"))[0] == 409
    assert (await hub.stranger().get("/api/preflight/down"))[0] == 401
    assert (await hub.stranger().post("/api/preflight/up", data=b"x"))[0] == 401
    assert (await (await hub.person("operator")).get("/api/preflight/down?bytes=10"))[0] == 200


async def test_the_line_test_is_rationed_by_seat(hub):
    site, other = await hub.site("vu-thu"), await hub.site("hung-ha")
    answers = [(await site.get("/api/preflight/down?bytes=1"))[0] for _ in range(14)]
    assert answers.count(200) == 12
    assert answers[-1] == 429
    assert (await other.get("/api/preflight/down?bytes=1"))[0] == 200


async def test_an_upload_beyond_the_cap_is_cut_off(hub, monkeypatch):
    monkeypatch.setattr(checks, "MOST_BYTES", 100_000)  # 8 MiB at the test's own pace would take 8 s
    site = await hub.site("vu-thu")
    assert (await site.post("/api/preflight/up", data=bytes(100_001)))[0] == 413
    assert (await site.post("/api/preflight/up", data=_pieces(100_001)))[0] == 413


async def _pieces(count):
    for at in range(0, count, 10_000):
        yield bytes(min(10_000, count - at))
