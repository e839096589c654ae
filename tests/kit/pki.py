"""A public key infrastructure for tests alone: root, intermediate, signers, a time stamping authority, revocation lists.

Keys are made once a run; nothing of it is kept or trusted anywhere.
"""

import datetime as dt
import functools
import http.server
import threading
import time
from contextlib import contextmanager

from asn1crypto import keys as akeys
from asn1crypto import tsp
from asn1crypto import x509 as ax509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

UTC = dt.UTC
DAY = dt.timedelta(days=1)


def der(cert):
    return cert.public_bytes(Encoding.DER)


def name(common, organisation="Cơ quan kiểm thử"):
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


@functools.cache
def rsa_key(which):
    return rsa.generate_private_key(65537, 2048)


@functools.cache
def ec_key(which):
    return ec.generate_private_key(ec.SECP256R1())


def now():
    return dt.datetime.now(UTC).replace(microsecond=0)


class Pki:
    """`sign(who, data)` as a card would; `cert(who)` as DER; `crl()` with those in `revoked`."""

    def __init__(self, crl_url=None, mark="", ocsp_url=None):
        """`mark`: keys of its own; without one every infrastructure shares them."""
        self.mark = mark
        self.crl_url, self.ocsp_url = crl_url, ocsp_url
        self.keys, self.certs, self.serial = {}, {}, 1000
        self._ca("root", None, 1)
        self._ca("interm", "root", 0)
        self.end("a", rsa_key("a"), "Nguyễn Văn Ổn", "Ban Tuyên giáo Tỉnh ủy (kiểm thử)")
        self.end("b", ec_key("b"), "Trần Thị Nghĩa", "Viện Kiểm sát nhân dân tỉnh (kiểm thử)")
        self.end("seal-a", rsa_key("seal-a"), "Ban Tuyên giáo Tỉnh ủy (kiểm thử)")
        self.end("seal-b", rsa_key("seal-b"), "Viện Kiểm sát nhân dân tỉnh (kiểm thử)")
        self.end("clerk", rsa_key("clerk"), "Văn thư (kiểm thử)")
        self.end("tsa", rsa_key(mark + "tsa"), "Cấp dấu thời gian (kiểm thử)", stamps=True)

    def _ca(self, who, issuer, length):
        key = rsa_key(self.mark + who)
        self.keys[who] = key
        self.serial += 1
        builder = (
            x509.CertificateBuilder().subject_name(name(f"CA {who}")).public_key(key.public_key())
            .issuer_name(self.certs[issuer].subject if issuer else name(f"CA {who}")).serial_number(self.serial)
            .not_valid_before(now() - 3650 * DAY).not_valid_after(now() + 3650 * DAY)
            .add_extension(x509.BasicConstraints(True, length), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), True)
        )  # fmt: skip
        if issuer:
            builder = self._linked(builder, issuer)
        self.certs[who] = builder.sign(self.keys[issuer or who], hashes.SHA256())

    def _linked(self, builder, issuer):
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.keys[issuer].public_key()), False
        )
        if self.crl_url:
            place = [x509.UniformResourceIdentifier(f"{self.crl_url}/{issuer}.crl")]
            builder = builder.add_extension(
                x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)]), False
            )
        if self.ocsp_url:
            place = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.ocsp_url}/{issuer}"))
            builder = builder.add_extension(x509.AuthorityInformationAccess([place]), False)
        return builder

    def end(self, who, key, common, organisation="Cơ quan kiểm thử", *, start=None, end=None, stamps=False, usage=True,
            issuer="interm"):
        self.keys[who] = key
        self.serial += 1
        builder = (
            x509.CertificateBuilder().subject_name(name(common, organisation)).public_key(key.public_key())
            .issuer_name(self.certs[issuer].subject).serial_number(self.serial)
            .not_valid_before(start or now() - 30 * DAY).not_valid_after(end or now() + 300 * DAY)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )  # fmt: skip
        if usage:
            builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), True)
        else:
            builder = builder.add_extension(_usage(key_encipherment=True), True)
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        self.certs[who] = self._linked(builder, issuer).sign(self.keys[issuer], hashes.SHA256())
        return self.cert(who)

    def cert(self, who):
        return der(self.certs[who])

    @property
    def root(self):
        return self.cert("root")

    @property
    def chain(self):
        return [self.cert("interm")]

    def sign(self, who, data):
        key = self.keys[who]
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return key.sign(data, ec.ECDSA(hashes.SHA256()))

    def pkcs8(self, who):
        return self.keys[who].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def crl(self, issuer="interm", revoked=(), at=None):
        at = at or now()
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(self.certs[issuer].subject)
            .last_update(at - DAY).next_update(at + 30 * DAY).add_extension(x509.CRLNumber(1), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.keys[issuer].public_key()), False)
        )  # fmt: skip
        for who, when in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(self.certs[who].serial_number).revocation_date(when).build()
            )
        return builder.sign(self.keys[issuer], hashes.SHA256()).public_bytes(Encoding.DER)

    def crls(self, revoked=()):
        return [self.crl("root"), self.crl("interm", revoked)]

    def stamper(self, who="tsa", at=None):
        """A time stamping authority in this process: `response(request DER) -> response DER`."""
        return Stamper(self, who, at)


def _usage(**true):
    parts = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]  # fmt: skip
    return x509.KeyUsage(**{part: true.get(part, False) for part in parts})


class Stamper:
    def __init__(self, pki, who, at):
        self.asked = 0
        certs = SimpleCertificateStore.from_certs([ax509.Certificate.load(one) for one in pki.chain])
        key = akeys.PrivateKeyInfo.load(pki.pkcs8(who))
        self.inner = DummyTimeStamper(ax509.Certificate.load(pki.cert(who)), key, certs, fixed_dt=at)

    def response(self, request):
        self.asked += 1
        return self.inner.request_tsa_response(tsp.TimeStampReq.load(request)).dump()


class _Answers(http.server.BaseHTTPRequestHandler):
    def _say(self, body):
        delay, status, answer, kind = self.server.answer(self.path, body)
        time.sleep(delay)
        try:
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", answer.decode())
                answer = b""
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except (BrokenPipeError, ConnectionResetError):
            return

    def do_POST(self):
        self._say(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def do_GET(self):
        self._say(b"")

    def log_message(self, *args):
        return


@contextmanager
def web(answer):
    """Serve on 127.0.0.1: `answer(path, body) -> (delay s, status, body, type)`. Yields the address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def tsa(pki, change=lambda response: response, delay=0.0, status=200, who="tsa"):
    """A TSA over HTTP; `change` spoils its answers."""
    stamper = pki.stamper(who)

    def answer(path, body):
        return delay, status, change(stamper.response(body)), "application/timestamp-reply"

    with web(answer) as address:
        yield address + "/tsa"


@functools.cache
def pki():
    """The one that most tests share."""
    return Pki()
