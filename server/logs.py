"""Log lines as JSON: no names, no tokens, no SDP (TRUST §7)."""

from __future__ import annotations

import json
import logging
import re
from typing import Final

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{40,}")


class JsonLines(logging.Formatter):
    """One JSON object a line; anything that looks like a token is blanked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, str] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": _SECRET.sub("…", record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = _SECRET.sub("…", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
