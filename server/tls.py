"""The TLS context of the HTTPS port, renewed in place: `load_cert_chain` on the live context keeps its sockets."""

from __future__ import annotations

import datetime as dt
import logging
import os
import ssl

from server import certificate
from server.ca import Authority

log = logging.getLogger("diemcau.tls")


class Served:
    """What the HTTPS port serves, and when it `ends`: the agency's certificate where one is installed, else the hub's leaf."""

    def __init__(self, data: str, authority: Authority) -> None:
        """Make a TLS 1.2+ server context with it."""
        self._data = data
        self._authority = authority
        self._stamp: tuple[int, ...] = ()
        self.own = False
        self.ends = dt.datetime.max.replace(tzinfo=dt.UTC)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.refresh()

    def refresh(self) -> None:
        """Use what lies there now for handshakes from now on. A certificate that does not load leaves what is served;
        an agency's that has ended goes on being served, since a silent change of issuer would be worse: it is an alarm.
        """
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        folder = os.path.join(self._data, certificate.FOLDER)
        chain, key = os.path.join(folder, certificate.CHAIN), os.path.join(folder, certificate.KEY)
        try:
            if os.path.exists(chain):
                self.context.load_cert_chain(chain, key)
                self._stamp, self.own = stamp, True
                found = certificate.present(self._data)
                self.ends = found.not_after if found is not None else self.ends
                return
        except (OSError, ssl.SSLError):
            log.exception("the installed certificate cannot be used")
            if self._stamp:
                self._stamp = stamp  # not again every few seconds; the next change is looked at
                return
        self.context.load_cert_chain(self._authority.path("leaf.pem"), self._authority.path("leaf.key"))
        self._stamp, self.own = stamp, False
        self.ends = self._authority.expires()

    def _stamped(self) -> tuple[int, ...]:
        folder = os.path.join(self._data, certificate.FOLDER)
        paths = [os.path.join(folder, name) for name in (certificate.CHAIN, certificate.KEY)]
        paths += [self._authority.path(name) for name in ("leaf.pem", "leaf.key")]
        return tuple(os.stat(path).st_mtime_ns if os.path.exists(path) else 0 for path in paths)

