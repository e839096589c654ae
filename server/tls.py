"""The TLS context of the HTTPS port, renewed in place: `load_cert_chain` on the live context keeps its sockets."""

from __future__ import annotations

import ssl

from server.ca import Authority


def context(authority: Authority) -> ssl.SSLContext:
    """Return a TLS 1.2+ server context with the authority's leaf."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    reload(tls, authority)
    return tls


def reload(tls: ssl.SSLContext, authority: Authority) -> None:
    """Use the authority's present leaf for handshakes from now on."""
    tls.load_cert_chain(authority.path("leaf.pem"), authority.path("leaf.key"))
