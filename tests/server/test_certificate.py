"""The agency's own certificate: refused in words when browsers would refuse it, taken up by a running server."""

import asyncio
import datetime as dt
import ipaddress
import json
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from kit.web_app import running

from server import app as app_module
from server import certificate, cli
from server.ca import Authority
from server.tls import Served
from signaling.errors import Malformed

NOW = dt.datetime.now(dt.UTC)
NAMES = ("localhost", "127.0.0.1", "cau.example.vn", "192.0.2.7")
KEY = ec.generate_private_key(ec.SECP256R1())


def made(names=("cau.example.vn", "192.0.2.7"), *, days=90, since=-1, key=KEY, uses=(ExtendedKeyUsageOID.SERVER_AUTH,)):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cau.example.vn")])
    held = [
        x509.IPAddress(ipaddress.ip_address(one)) if one[0].isdigit() else x509.DNSName(one) for one in names
    ]
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW + dt.timedelta(days=since))
    builder = builder.not_valid_after(NOW + dt.timedelta(days=days)).add_extension(x509.SubjectAlternativeName(held), False)
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(uses)), False)
    return builder.sign(key, hashes.SHA256())


def pem(leaf):
    return leaf.public_bytes(serialization.Encoding.PEM)


def private(key=KEY, password=None):
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def test_pem_in_any_order_and_pfx_give_the_leaf_first():
    leaf, other = made(), made(("ca.example.vn",), key=ec.generate_private_key(ec.SECP256R1()))
    chain, key = certificate.read(pem(other) + pem(leaf) + private(), None, None)
    assert chain == [leaf, other]
    assert b"PRIVATE KEY" in key
    assert certificate.read(pem(leaf), private(password=b"mat-khau"), b"mat-khau")[0] == [leaf]
    pfx = pkcs12.serialize_key_and_certificates(b"x", KEY, leaf, [other], serialization.BestAvailableEncryption(b"p"))
    assert certificate.read(pfx, None, b"p")[0] == [leaf, other]


@pytest.mark.parametrize(
    ("data", "key", "password", "words"),
    [
        (pem(made()), None, None, "no private key"),
        (b"xx", None, None, "no PEM and no PFX"),
        (b"-----BEGIN x", None, None, "no certificate"),
        (pem(made()), private(ec.generate_private_key(ec.SECP256R1())), None, "belongs to none"),
        (pem(made()), private(password=b"p"), None, "encrypted"),
        (pem(made()), private(password=b"p"), b"q", "password is wrong"),
        (pem(made()) + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", None, None, "cannot be read"),
    ],
)
def test_what_is_no_certificate_with_its_key(data, key, password, words):
    with pytest.raises(Malformed, match=words):
        certificate.read(data, key, password)


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (made(days=-0.5), "ended on"),
        (made(since=2), "begins on"),
        (made(("other.example.vn",)), "not for cau.example.vn"),
        (made(uses=(ExtendedKeyUsageOID.CLIENT_AUTH,)), "not for servers"),
    ],
)
def test_what_browsers_would_refuse(leaf, words):
    with pytest.raises(Malformed, match=words):
        certificate.check(leaf, NAMES, NOW)


def test_names_that_are_not_covered_are_told_and_wildcards_cover_one_label():
    assert certificate.check(made(("cau.example.vn",)), NAMES, NOW).uncovered == ("192.0.2.7",)
    assert certificate.check(made(("*.example.vn",)), NAMES, NOW).uncovered == ("192.0.2.7",)
    with pytest.raises(Malformed):
        certificate.check(made(("*.vn",)), NAMES, NOW)
    assert certificate.check(made(uses=()), ("localhost", "127.0.0.1"), NOW).uncovered == ()


def command(*words):
    with pytest.raises(SystemExit) as ended:
        cli.main(["certificate", *words])
    return ended.value.code


def peer_certificate(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), 5) as plain, context.wrap_socket(plain) as wrapped:
        return x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True))


async def test_a_running_server_takes_it_up_and_open_sockets_stay(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(app_module, "CERTIFICATE_S", 0.05)
    async with running(tmp_path) as there:
        port, data = there.app.https_port, there.app.config.data
        before = await asyncio.to_thread(peer_certificate, port)
        assert before.subject != made().subject
        cookie = await there.person()
        async with there.socket(cookie) as socket_:
            await there.hello(socket_, "p")
            file = tmp_path / "agency.pem"
            leaf = made(days=20)
            file.write_bytes(pem(leaf) + private())
            assert command("install", str(file), "--data", data) == 0
            async with asyncio.timeout(5):
                while await asyncio.to_thread(peer_certificate, port) != leaf:
                    await asyncio.sleep(0.05)
            async with asyncio.timeout(8):  # the desk is told that it ends, and the socket is the same
                while True:
                    message = json.loads(await socket_.recv())
                    if message["t"] == "health" and any(one["code"] == "certificate" for one in message["alerts"]):
                        break
        assert command("show", "--data", data) == 0
        assert "cau.example.vn" in capsys.readouterr().out


def test_the_command_refuses_in_words_and_changes_nothing(tmp_path, capsys):
    file = tmp_path / "old.pem"
    file.write_bytes(pem(made(days=-0.5)) + private())
    assert command("install", str(file), "--data", str(tmp_path)) == 1
    assert "ended on" in capsys.readouterr().err
    assert certificate.present(str(tmp_path)) is None


def test_a_damaged_file_leaves_what_is_served_and_an_ended_one_goes_on(tmp_path):
    authority = Authority(str(tmp_path / "ca"))
    authority.ensure(("localhost",), NOW)
    served = Served(str(tmp_path), authority)
    assert not served.own
    certificate.install(str(tmp_path), [made(days=-0.5)], private())
    served.refresh()
    assert served.own
    assert served.ends < NOW
    (tmp_path / certificate.FOLDER / certificate.CHAIN).write_bytes(b"x")
    served.refresh()
    assert served.own, "what was served goes on being served"
