import pytest
from kit.ceremonies import first_ceremony, signing_small
from kit.sheets import read

from server.sheets import papers
from server.sheets.check import Check
from server.sheets.rows import SheetErrors
from server.sheets.to_plain import to_plain, to_yaml
from server.sheets.to_xlsx import to_xlsx


def test_the_first_ceremony_has_its_document_and_its_four_slots():
    draft = first_ceremony()
    one = draft.documents[0]
    assert (one.file, one.signing) == ("chuong-trinh-phoi-hop.pdf", "wet_ink")
    assert [slot.slot for slot in one.signatures] == ["btg-lanhdao", "vks-lanhdao", "btg-condau", "vks-condau"]
    assert [party.id for party in draft.parties] == ["bantuyengiao", "vksnd"]
    assert draft.parties[1].authority == ("KT.", "TL.", "TUQ.", "Q.")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_documents_and_bodies_come_back_from_a_workbook(language):
    draft = signing_small()
    assert read(to_xlsx(draft, language)).draft == draft
    assert read(to_yaml(draft)).draft == draft


def test_a_cell_of_signatures_is_read_as_it_was_written():
    slots = to_plain(first_ceremony())["documents"][0]["signatures"]
    assert papers.slots_of(papers.cell_of(slots)) == slots
    assert papers.slots_of("") == []
    assert papers.slots_of("a | b")[0] == {"slot": "a", "party": "b", "kind": "", "office": {"vi": ""}}


@pytest.mark.parametrize(("change", "code"), [
    ({"file": "../etc/passwd"}, "bad-file"), ({"file": "a.exe"}, "bad-file"), ({"signing": "stone"}, "unknown-signing"),
    ({"signatures": "x"}, "not-a-list"), ({"signatures": ["x"]}, "not-a-row"),
    ({"signatures": [{"slot": "A B", "party": "vksnd", "kind": "leader", "office": "x"}]}, "bad-id"),
    ({"signatures": [{"slot": "a", "party": "nobody", "kind": "leader", "office": "x"}]}, "unknown-party"),
    ({"signatures": [{"slot": "a", "party": "vksnd", "kind": "king", "office": "x"}]}, "unknown-slot-kind"),
    ({"signatures": [{"slot": n, "party": "vksnd", "kind": "leader", "office": "x"} for n in ("a", "ab")]}, "slot-names-clash"),
    ({"signatures": [{"slot": n, "party": "vksnd", "kind": k, "office": "x"} for n, k in (("a", "seal"), ("b", "leader"))]},
     "slots-out-of-order"),
])  # fmt: skip
def test_what_is_wrong_with_a_document_is_told(change, code):
    plain = to_plain(first_ceremony())
    plain["documents"][0] |= change
    with pytest.raises(SheetErrors) as error:
        Check().draft(plain)
    assert code in {one.code for one in error.value.errors}


def test_a_body_needs_a_list_of_authorities():
    plain = to_plain(first_ceremony())
    plain["parties"][0]["authority"] = "KT."
    with pytest.raises(SheetErrors) as error:
        Check().draft(plain)
    assert [one.code for one in error.value.errors] == ["not-a-list"]
