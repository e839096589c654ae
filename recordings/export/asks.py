"""What can be asked for. Loads no codec: the server itself knows this much of exports and no more."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from recordings.export.plan import Language
from signaling.errors import Refused
from signaling.names import SOURCE_NAMES, is_identifier

Kind = Literal["programme", "site", "clip", "audio", "still", "bundle", "captions"]
Format = Literal["mp4", "webm", "mp3", "opus", "jpeg", "png", "zip", "vtt"]
FORMATS: Final[dict[Kind, tuple[Format, ...]]] = {
    "programme": ("mp4",), "site": ("mp4",), "clip": ("webm", "mp4"), "audio": ("mp3", "opus"),
    "still": ("jpeg", "png"), "bundle": ("zip",), "captions": ("vtt",),
}  # fmt: skip
"""What each kind may be made as; the first when nothing was asked."""
TYPES: Final[dict[Format, str]] = {
    "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "opus": "audio/ogg", "jpeg": "image/jpeg",
    "png": "image/png", "zip": "application/zip", "vtt": "text/vtt",
}  # fmt: skip


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An export as it is asked for. Times are ms of the timeline.

    `source`: `<site>/<source>`, wanted by `site`, by `clip` as WebM and by `audio` as Opus; empty: as broadcast.
    `from_ms`, `to_ms`: the part, all of it by default; `still` takes the moment `from_ms`.
    `size`: `720` or `1080`. `tiles`: small pictures of a grid as `keys` (a picture every few seconds, quicker) or
    `full`. `caption`: a strip with unit, time and hash under a still.
    """

    kind: Kind
    format: Format | None = None
    source: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    size: Literal["720", "1080"] = "720"
    tiles: Literal["keys", "full"] = "keys"
    caption: bool = False
    lang: Language = "vi"

    def settled(self) -> Ask:
        """Return it with its format chosen. Raises `Refused("export-wrong")` for what does not go together."""
        wanted = self.format or FORMATS[self.kind][0]
        needs_source = self.kind == "site" or (self.kind, wanted) in (("clip", "webm"), ("audio", "opus"))
        times = [ms for ms in (self.from_ms, self.to_ms) if ms is not None]
        site, _, name = self.source.partition("/")
        if (
            wanted not in FORMATS[self.kind]
            or (needs_source and not self.source)
            or (self.source and not (is_identifier(site) and name in SOURCE_NAMES))
            or not all(0 <= ms < 1 << 40 for ms in times)
        ):
            raise Refused("export-wrong")
        return msgspec.structs.replace(self, format=wanted)

    def decodes(self) -> bool:
        """Tell whether making it costs a core for long: such exports wait while a session is open."""
        return self.kind not in ("still", "bundle") and self.format not in ("webm", "opus")
