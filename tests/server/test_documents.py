import hashlib
import os

import pytest

from server.documents import Documents
from signaling.errors import Refused

SHA = "ab" * 32


def code(act):
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def test_a_revision_is_kept_under_its_hash_and_read_back(tmp_path):
    store = Documents(str(tmp_path))
    name = store.keep(b"%PDF-1.7 one")
    assert name == hashlib.sha256(b"%PDF-1.7 one").hexdigest()
    assert store.keep(b"%PDF-1.7 one") == name
    assert store.read(name) == b"%PDF-1.7 one"
    assert store.has(name) and not store.has(SHA) and not store.has("../x")
    assert sorted(os.listdir(store.folder)) == [f"{name}.pdf"], "nothing half-written stays"
    assert os.stat(os.path.join(store.folder, f"{name}.pdf")).st_mode & 0o777 == 0o600


def test_bytes_that_changed_are_no_longer_the_document(tmp_path):
    store = Documents(str(tmp_path))
    name = store.keep(b"%PDF-1.7 one")
    with open(os.path.join(store.folder, f"{name}.pdf"), "wb") as file:
        file.write(b"%PDF-1.7 two")
    assert code(lambda: store.read(name)) == "no-document"


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "AB" * 32, SHA + "0", SHA])
def test_no_other_name_opens_a_file(tmp_path, name):
    assert code(lambda: Documents(str(tmp_path)).read(name)) == "no-document"


def test_a_ticket_is_kept_with_its_pdf_until_it_is_over(tmp_path):
    store = Documents(str(tmp_path))
    store.keep_ticket("abcdefgh", b"{}", b"%PDF")
    assert Documents(str(tmp_path)).ticket("abcdefgh") == (b"{}", b"%PDF")
    store.drop_ticket("abcdefgh")
    store.drop_ticket("abcdefgh")
    assert code(lambda: store.ticket("abcdefgh")) == "no-ticket"
    assert code(lambda: store.ticket("../abcdefgh")) == "no-ticket"


def test_a_page_is_drawn_once(tmp_path):
    store = Documents(str(tmp_path))
    assert store.page(SHA, 1, 640) is None
    store.keep_page(SHA, 1, 640, b"png")
    assert store.page(SHA, 1, 640) == b"png"
    assert code(lambda: store.page("../x", 1, 640)) == "no-document"


def test_a_full_disk_keeps_nothing_half(tmp_path, monkeypatch):
    store = Documents(str(tmp_path))

    def full(_fd):
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        store.keep(b"%PDF-1.7 one")
    assert os.listdir(store.folder) == []
    store.keep_page(SHA, 1, 640, b"png")
    assert store.page(SHA, 1, 640) is None
