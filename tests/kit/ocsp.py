"""A responder that answers about the test certificates (RFC 6960), honestly or in one of the ways responders lie."""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from kit.pki import DAY, name, now, rsa_key

KIND = "application/ocsp-response"
UNAUTHORISED = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED).public_bytes(Encoding.DER)


def responder(pki, issuer, *, may=True, nocheck=True, key=None, of=None):
    """Return (certificate, key) of somebody an authority lets answer for it."""
    key = key or rsa_key("responder")
    signer = of or pki
    builder = (
        x509.CertificateBuilder().subject_name(name("Trả lời OCSP (kiểm thử)")).public_key(key.public_key())
        .issuer_name(pki.certs[issuer].subject).serial_number(77).not_valid_before(now() - 30 * DAY).not_valid_after(now() + 300 * DAY)
        .add_extension(x509.BasicConstraints(False, None), True)
    )  # fmt: skip
    if may:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
    if nocheck:
        builder = builder.add_extension(x509.OCSPNoCheck(), False)
    return builder.sign(signer.keys[issuer], hashes.SHA256()), key


class Responder:
    """`answer(path, body)` for `kit.pki.web`; what it says is set in `lies`."""

    def __init__(self, *, revoked=(), unknown=(), this=None, next_=None, other_id=False, by=None, delay=0.0, status=200, raw=None, spoilt=False):
        """`by(pki, issuer)` gives (certificate, key) of who signs; the issuer itself without it."""
        self.pki, self.asked = None, []
        self.revoked, self.unknown, self.this, self.next = dict(revoked), set(unknown), this, next_
        self.other_id, self.by, self.delay, self.status, self.raw, self.spoilt = other_id, by, delay, status, raw, spoilt

    def answer(self, path, body):
        issuer = path.strip("/")
        serial = ocsp.load_der_ocsp_request(body).serial_number
        self.asked.append((issuer, serial))
        data = self.raw if self.raw is not None else self.response(issuer, serial)
        return self.delay, self.status, data, KIND

    def response(self, issuer, serial):
        """The answer about one certificate, DER."""
        data = self.signed(issuer, serial)
        if not self.spoilt:
            return data
        signature = ocsp.load_der_ocsp_response(data).signature
        return data.replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))

    def signed(self, issuer, serial):
        """The same, its signature whole."""
        who = next(name_ for name_, one in self.pki.certs.items() if one.serial_number == serial)
        about = self.pki.certs["root" if self.other_id else who]
        state, when = ocsp.OCSPCertStatus.GOOD, None
        if who in self.revoked:
            state, when = ocsp.OCSPCertStatus.REVOKED, self.revoked[who]
        elif who in self.unknown:
            state = ocsp.OCSPCertStatus.UNKNOWN
        this = self.this or now() - dt.timedelta(hours=1)
        built = ocsp.OCSPResponseBuilder().add_response(
            about, self.pki.certs[issuer], hashes.SHA1(), state, this, self.next or this + 7 * DAY, when, None
        )
        if self.by is None:
            built = built.responder_id(ocsp.OCSPResponderEncoding.NAME, self.pki.certs[issuer])
            return built.sign(self.pki.keys[issuer], hashes.SHA256()).public_bytes(Encoding.DER)
        certificate, key = self.by(self.pki, issuer)
        built = built.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate).certificates([certificate])
        return built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
