import pytest
from kit.ceremonies import first_ceremony

from server.mappings import Mappings
from server.readiness import Checks, Network, Report, is_ready, verdict
from server.sheets.mapping import ColumnMap, TabMap
from server.store import Store
from signaling.errors import Malformed

GOOD = Report("Chrome 141", secure=True, camera="good", mic="good", speaker="good", network=Network(3, 3, 0, "udp"), played=True)


@pytest.fixture
def store(tmp_path):
    store = Store(str(tmp_path))
    yield store
    store.close()


@pytest.mark.parametrize(
    ("up", "down", "loss", "path", "wanted"),
    [
        (2.9, 2.5, 1.9, "udp", "good"), (2.9, 2.5, 2.0, "udp", "fair"), (2.89, 9, 0, "udp", "fair"),
        (9, 2.4, 0, "tcp", "fair"), (0.85, 1.0, 4.9, "tcp", "fair"), (0.84, 9, 0, "udp", "weak"),
        (0.27, 0.5, 9.9, "turn", "weak"), (0.26, 9, 0, "udp", "insufficient"), (9, 0.4, 0, "udp", "insufficient"),
        (9, 9, 10, "udp", "insufficient"), (9, 9, 0, "none", "insufficient"),
    ],
)  # fmt: skip
def test_verdicts(up, down, loss, path, wanted):
    assert verdict(Network(up, down, loss, path)) == wanted


def test_nothing_measured_is_unknown():
    assert verdict(None) == "unknown"


def test_ready_means_everything():
    assert is_ready(GOOD)
    for change in ({"secure": False}, {"played": False}, {"mic": "denied"}, {"network": None}, {"network": Network(0.3, 1, 0, "udp")}):
        assert not is_ready(Report(**{name: getattr(GOOD, name) for name in Report.__struct_fields__} | change))


async def test_the_latest_report_stands_on_the_board(store):
    checks, sites = Checks(store), first_ceremony().sites
    await checks.keep("le-1", "vu-thu", Report("Firefox", secure=True), 5)
    await checks.keep("le-1", "vu-thu", GOOD, 6)
    await checks.keep("le-2", "hub", GOOD, 7)
    board = {line.site: line for line in await checks.board("le-1", sites)}
    assert [line.checked_at for line in board.values()].count(None) == 8
    assert (board["vu-thu"].verdict, board["vu-thu"].ready, board["vu-thu"].checked_at) == ("good", True, 6)
    await checks.forget("le-1")
    assert all(line.report is None for line in await checks.board("le-1", sites))


async def test_a_report_of_another_version_is_named(store):
    await store.run(lambda db: db.execute("INSERT INTO checks VALUES ('le-1', 'hub', 1, '{}')"))
    with pytest.raises(Malformed):
        await Checks(store).board("le-1", first_ceremony().sites)


async def test_columns_are_remembered_per_agency(store):
    mappings = Mappings(store)
    maps = (TabMap("T", "agenda", 1, (ColumnMap(0, "Lúc", "at"), ColumnMap(1, "Ghi chú"))), TabMap("U", None, 0, ()))
    await mappings.remember("VKSND tỉnh", maps)
    await mappings.remember("VKSND tỉnh", (TabMap("T", "agenda", 1, (ColumnMap(0, "LÚC", "until"),)),))
    assert await mappings.of("vksnd  TINH") == {"agenda": {"luc": "until", "ghi chu": ""}}
    assert await mappings.of("another") == {}


async def test_an_older_database_gets_the_new_tables(tmp_path):
    store = Store(str(tmp_path))
    store.run_now(lambda db: db.execute("DROP TABLE checks"))
    store.close()
    again = Store(str(tmp_path))
    await Checks(again).keep("le-1", "hub", GOOD, 1)
    again.close()
