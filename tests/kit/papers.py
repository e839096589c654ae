"""A small agreement with four slots, taken through its signatures."""

import functools
import io

from kit import pdfs
from kit.pki import pki
from PIL import Image, ImageDraw

from recordings.pades import Papers, finish, prepare
from recordings.pades_fields import publish
from recordings.papers_asks import FieldSpec, FinishAsk, PrepareAsk

SLOTS = (
    FieldSpec("btg-lanhdao", "btg", "leader"), FieldSpec("vks-lanhdao", "vks", "leader"),
    FieldSpec("btg-condau", "btg", "seal"), FieldSpec("vks-condau", "vks", "seal"),
)  # fmt: skip
ORDER = tuple(one.slot for one in SLOTS)
WHO = {"btg-lanhdao": "a", "vks-lanhdao": "b", "btg-condau": "seal-a", "vks-condau": "seal-b"}


def now_us():
    import time

    return time.time_ns() // 1000


@functools.cache
def blue():
    image = Image.new("RGBA", (420, 150), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(20, 100), (80, 30), (100, 120), (160, 50), (300, 40)], fill=(0, 32, 160, 255), width=7)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@functools.cache
def published(pages=1):
    return publish(pdfs.plain(pages=pages), SLOTS)[0]


def ask(place, **more):
    kind = next(one.kind for one in SLOTS if one.slot == place)
    given = {
        "ticket": f"t-{place}", "session": "s", "document": "d", "version": 1, "slot": place, "order": ORDER, "kind": kind,
        "at_us": now_us(), "utc_offset_s": 25_200, "title": "Chương trình phối hợp", "person": "Nguyễn Văn Ổn",
        "agency": "Viện Kiểm sát nhân dân tỉnh", "reason": "Ký kết", "location": "Điểm cầu trung tâm",
    }  # fmt: skip
    return PrepareAsk(**(given | more))


def ticket(slot, head=None, reviewed=None, who=None, infrastructure=None, **more):
    """Return (ticket, prepared PDF)."""
    certs = infrastructure or pki()
    head = head or published()
    image = blue() if slot.endswith("lanhdao") else None
    papers = Papers(head, reviewed or published(), certs.cert(who or WHO[slot]), tuple(certs.chain), image)
    return prepare(ask(slot, **more), papers)


def sign(slot, head=None, post=None, infrastructure=None, who=None, **more):
    """Return the next revision, with a time stamp if `post` gives one."""
    certs = infrastructure or pki()
    made, pdf = ticket(slot, head, who=who, infrastructure=certs, **more)
    value = certs.sign(who or WHO[slot], made.attrs)
    return finish(FinishAsk(made), pdf, value, post)[0]


def signed(count=4, stamped=True):
    """The agreement after `count` signatures of the shared PKI."""
    return _signed(count, stamped)


@functools.cache
def _signed(count, stamped):
    if count == 0:
        return published()
    post = pki().stamper().response if stamped else None
    return sign(ORDER[count - 1], _signed(count - 1, stamped), post)
