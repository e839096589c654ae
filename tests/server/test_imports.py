import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from kit.ceremonies import first_ceremony, sheet_bytes

from server.imports import SheetErrors, read_yaml
from signaling.draft import planned_end, redated
from signaling.errors import Malformed

MINUTE = 60_000_000


def changed(change):
    plain = yaml.load(sheet_bytes(), Loader=yaml.BaseLoader)
    change(plain)
    return yaml.safe_dump(plain, allow_unicode=True).encode()


def errors(change):
    with pytest.raises(SheetErrors) as caught:
        read_yaml(changed(change))
    return {(error.row, error.column, error.code) for error in caught.value.errors}


def test_the_first_ceremony_reads_whole():
    draft = first_ceremony()
    assert (len(draft.items), len(draft.sites), len(draft.delegates)) == (19, 9, 13)
    assert draft.sites[0].id == "hub"
    assert sum(site.expected for site in draft.sites) == 138
    # 13:45 in Thái Bình is 06:45 UTC; the signing is announced after everything before it
    assert draft.start == 1_645_080_300 * 1_000_000
    assert (planned_end(draft) - draft.start) // MINUTE == 122
    assert draft.items[14].stills
    assert draft.items[-1].required


def test_redating_moves_fixed_times_alike():
    draft = first_ceremony()
    moved = redated(draft, draft.start + 7 * MINUTE)
    assert moved.items[2].at - draft.items[2].at == 7 * MINUTE
    assert planned_end(moved) - planned_end(draft) == 7 * MINUTE


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda s: s["agenda"][3].update(at="25:00"), ("agenda[3]", "at", "bad-time")),
        (lambda s: s["agenda"][3].update(duration="long"), ("agenda[3]", "duration", "bad-duration")),
        (lambda s: s["agenda"][3].update(kind="dance"), ("agenda[3]", "kind", "unknown-kind")),
        (lambda s: s["agenda"][3].update(site="ha-noi"), ("agenda[3]", "site", "unknown-site")),
        (lambda s: s["agenda"][3].update(scene="solo:ha-noi"), ("agenda[3]", "scene", "unknown-scene")),
        (lambda s: s["agenda"][3].update(colour="red"), ("agenda[3]", "colour", "unknown-key")),
        (lambda s: s["agenda"][3].update(id="on-dinh"), ("agenda[3]", "id", "duplicate-id")),
        (lambda s: s["agenda"][3].pop("vi"), ("agenda[3]", "vi", "missing-title")),
        (lambda s: s["agenda"][3].update(required="maybe"), ("agenda[3]", "required", "bad-flag")),
        (lambda s: s["agenda"][3].update(id="Có Dấu"), ("agenda[3]", "id", "bad-id")),
        (lambda s: s["sites"].pop(0), ("sites", "role", "no-hub")),
        (lambda s: s.update(date="17/02/2022"), ("sheet", "date", "bad-date")),
        (lambda s: s.update(timezone="Asia/Nowhere"), ("sheet", "timezone", "unknown-timezone")),
        (lambda s: s.update(mic_policy="loud"), ("sheet", "mic_policy", "unknown-policy")),
        (lambda s: s.update(video="av2"), ("sheet", "video", "unknown-video")),
        (lambda s: s.update(agenda=[]), ("agenda", "id", "missing")),
        (lambda s: s.update(agenda="x"), ("agenda", "", "not-a-list")),
        (lambda s: s["agenda"].append("x"), ("agenda[19]", "", "not-a-row")),
        (lambda s: s.update(extra="x"), ("sheet", "extra", "unknown-key")),
    ],
)
def test_every_error_is_named_by_row_and_column(change, error):
    assert error in errors(change)


def test_all_errors_at_once():
    def change(sheet):
        sheet["agenda"][0]["at"] = "x"
        sheet["agenda"][1]["duration"] = "x"

    assert len(errors(change)) == 2


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"- 1", b"a: &x [1]\nb: *x", b"a: [", b"x" * 1_000_001, b"{" * 5000, b"? {a: b}\n: c", b""],
)
def test_what_is_no_sheet_is_malformed(data):
    with pytest.raises(Malformed):
        read_yaml(data)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sheet_or_malformed(data):
    with pytest.raises(Malformed):
        read_yaml(data)


@given(st.dictionaries(st.sampled_from(["title", "date", "sites", "agenda", "slates", "documents"]),
                       st.recursive(st.text(max_size=8), lambda x: st.lists(x, max_size=3)
                                    | st.dictionaries(st.sampled_from(["id", "vi", "at", "scene", "role"]), x))))  # fmt: skip
def test_any_yaml_is_a_sheet_or_malformed(plain):
    with pytest.raises(Malformed):
        read_yaml(yaml.safe_dump(plain).encode())
