"""Handshakes bytes in, bytes out: lost flights, silence, the wrong certificate."""

import time

import pytest
from aiortc.rtcdtlstransport import certificate_digest

from server.media.dtls import DEADLINE_US, Dtls, HandshakeFailed, Identity

ONE, TWO = Identity(), Identity()


def pair(client_print=None, server_print=None):
    server = Dtls(ONE, {"sha-256": server_print or TWO.fingerprint}, 0)
    client = Dtls(TWO, {"sha-256": client_print or ONE.fingerprint}, 0, client=True)
    return client, server


def talk(client, server, lose=(), now=0):
    """Carry flights to and fro; `lose` numbers datagrams that vanish. Returns the time it took."""
    count = 0
    queue = [(server, data) for data in client.begin(now)]
    while not (client.up and server.up):
        while queue:
            to, data = queue.pop(0)
            count += 1
            if count - 1 in lose:
                continue
            other = client if to is server else server
            queue += [(other, answer) for answer in to.receive(data, now)]
        now += 50_000
        queue += [(client, data) for data in server.tick(now)]
        if server.up and not client.up:
            # the server's last word was lost: only a real retransmission, with new record numbers, is not a replay
            time.sleep(1.05)
            client._ssl.DTLSv1_handle_timeout()
            queue += [(server, data) for data in client._drain(now)]
        else:
            queue += [(server, data) for data in client.tick(now)]
        assert now < 9_000_000
    return now


def test_keys_agree_and_gcm_is_chosen():
    client, server = pair()
    talk(client, server)
    assert server.profile == "SRTP_AEAD_AES_128_GCM"
    packet = b"\x80\x60" + bytes(10) + b"picture"
    assert client.inbound.unprotect(server.outbound.protect(packet)) == packet
    assert server.inbound.unprotect(client.outbound.protect(packet)) == packet


@pytest.mark.parametrize("lost", range(6))
def test_any_lost_datagram_is_sent_again(lost):
    client, server = pair()
    assert talk(client, server, lose=(lost,)) < 1_000_000


def test_datagrams_fit():
    client, server = pair()
    for data in client.begin(0):
        assert all(len(answer) <= 1200 for answer in server.receive(data, 0))


def test_a_silent_peer_fails_at_ten_seconds():
    _, server = pair()
    server.tick(DEADLINE_US - 1)
    with pytest.raises(HandshakeFailed):
        server.tick(DEADLINE_US + 1)


def test_another_certificate_is_refused():
    client, server = pair(server_print=ONE.fingerprint)
    with pytest.raises(HandshakeFailed, match="fingerprint"):
        talk(client, server)
    assert not server.up


def test_the_strongest_offered_fingerprint_decides():
    certificate = TWO.context
    del certificate
    server = Dtls(ONE, {"sha-256": TWO.fingerprint, "sha-512": "00:11"}, 0)
    client = Dtls(TWO, {"sha-256": ONE.fingerprint}, 0, client=True)
    with pytest.raises(HandshakeFailed):
        talk(client, server)
    assert certificate_digest is not None


def test_rubbish_is_refused_or_ignored():
    _, server = pair()
    for data in (b"\x16", b"\x16\xfe\xfd" + bytes(60), bytes(range(20, 64))):
        try:
            server.receive(data, 0)
        except HandshakeFailed:
            break
    assert not server.up
