"""The log of a ceremony as lines, written by hand where it is about papers."""

from kit.ceremonies import first_ceremony

from recordings import lines
from recordings.chain import GENESIS, digest
from signaling import events

START = 1_645_080_300_000_000  # 13:45 on 17.02.2022 in Việt Nam
S = 1_000_000
SHA = "ab" * 32


class Book:
    """Writes lines one after the other."""

    def __init__(self, session="le-ky-ket"):
        self.session, self.lines, self.now, self.prev = session, [], START, GENESIS

    def write(self, kind, /, after=0, **event):
        self.now += int(after * S)
        line = lines.write(self.session, self.now, ({"seat": "p-1", "role": "operator"}, {"is": kind, **event}), len(self.lines) + 1, self.prev)
        self.prev = digest(line)
        self.lines.append(line)
        return len(self.lines)

    def bytes(self):
        return b"".join(line + b"\n" for line in self.lines)


def opened(draft=None, **more):
    book = Book()
    draft = draft or first_ceremony()
    plain = events.to_plain(events.SessionCreated("le-ky-ket", draft))
    del plain["is"]
    book.write("session.created", **plain | more)
    book.write("session.opened")
    return book, draft


def item(book, draft, number, minutes, say=""):
    """Run an item of the sheet."""
    one = draft.items[number]
    plain = events.to_plain(events.NextSet(one.id, one))
    del plain["is"]
    book.write("next.set", **plain)
    first = book.write("item.taken", item=one.id, run=1)
    if one.site:
        book.write("floor.granted", after=2, site=one.site)
    if say:
        book.write("proceedings.written", item=one.id, text=say)
    book.write("item.ended", after=minutes * 60, item=one.id)
    return first


def ceremony():
    """Three hours in short: roll call, review, speeches, ink and digital signatures, incidents, closing."""
    book, draft = opened()
    for site in draft.sites:
        book.write("rollcall.answered", site=site.id, present=site.expected - 1, head="Nguyễn Văn Ổn", **({"by": "p-2"} if site.id == "vu-thu" else {}))
    book.write("rollcall.marked", site="tien-hai", mark="late")
    book.write("rollcall.declared", met=True)
    item(book, draft, 0, 10, "Điểm danh đủ 09 điểm cầu.\nChất lượng đường truyền tốt.")
    book.write("document.added", document="chuong-trinh-phoi-hop", sha256=SHA, pages=2, name="a.pdf")
    book.write("document.published", document="chuong-trinh-phoi-hop", version=1, file=SHA, sha256=SHA)
    respondents = [one.id for one in draft.sites if one.role == "district"]
    book.write("confirmation.opened", question="Thống nhất dự thảo?", choices="agree", respondents=respondents, document="chuong-trinh-phoi-hop", sha256=SHA)
    for site in respondents[:-1]:
        book.write("confirmation.answered", site=site, choice="agree", name="Trần Thị Nghĩa")
    book.write("confirmation.answered", site="dong-hung", choice="remarks", name="Lê Hữu Phước", by_phone=True, remarks="Sửa Điều 3")
    book.write("confirmation.closed")
    item(book, draft, 8, 8, "Tham luận của thành phố.")
    book.write("site.absent", after=5, site="thai-thuy")
    book.write("site.back", after=70, site="thai-thuy")
    taken = book.write("item.taken", item=draft.items[9].id, run=1, acts=2)
    book.write("scene.set", scene="solo:hub")
    book.write("agenda.undone", seq=taken)
    book.write("signing.begun", document="chuong-trinh-phoi-hop")
    for slot, person, authority in (("btg-lanhdao", "Phạm Thị Quỳnh Phụ", ""), ("vks-lanhdao", "Đỗ Ngọc Ưởng", "KT.")):
        book.write("signature.landed", after=30, document="chuong-trinh-phoi-hop", slot=slot, how="ink", base=SHA, sha256=SHA, person=person, authority=authority, witness="p-2")
    book.write("scan.attached", after=60, document="chuong-trinh-phoi-hop", sha256="cd" * 32, pages=2)
    book.write("document.completed", document="chuong-trinh-phoi-hop", sha256=SHA)
    book.write("document.exchanged", document="chuong-trinh-phoi-hop")
    book.write("session.suspended", reason="Mất điện hội trường", cause="power")
    book.write("session.resumed", after=120)
    noted = book.write("incident.noted", text="Micro bàn ký có tiếng rè", site="hub")
    book.write("item.skipped", item=draft.items[1].id, reason="Không có tiết mục")
    book.write("session.closed", after=3600)
    return book, draft, noted


def long(hours=3):
    """Every line of a long ceremony: news of the recorder every ten seconds, everybody speaking."""
    book, draft = opened()
    for minute in range(hours * 60):
        for tick in range(6):
            book.write("recorder.changed", after=10, kind="heads", detail={"heads": [[f"hub~camera~{n}.webm", minute * 6 + tick, "a" * 64] for n in range(18)]})
        if minute % 9 == 0:
            item(book, draft, minute // 9 % len(draft.items), 0, "Các đại biểu thảo luận. " * 40)
    book.write("session.closed")
    return book, draft
