"""A PKCS#11 token in software, with keys and certificates of the tests' own infrastructure."""

import os
import shutil
import subprocess

import pytest
from kit.left_out import leave_out
from kit.pki import pki

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((one for one in MODULES if os.path.exists(one)), "")
PIN = "123456"


def have():
    return bool(MODULE) and shutil.which("softhsm2-util") is not None


def make(folder, label, who, key_id):
    """Make a token that holds the key and the certificate of `who`."""
    import pkcs11
    from pkcs11 import Attribute, ObjectClass

    def util(*order):
        subprocess.run(["softhsm2-util", *order], check=True, capture_output=True)

    util("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321")
    key = folder / f"{who}.p8"
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key.write_bytes(pki().keys[who].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    util("--import", str(key), "--token", label, "--label", who, "--id", key_id, "--pin", PIN)
    lib = pkcs11.lib(MODULE)
    lib.reinitialize()
    with lib.get_token(token_label=label).open(user_pin=PIN, rw=True) as session:
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.ID: bytes.fromhex(key_id), Attribute.LABEL: who, Attribute.VALUE: pki().cert(who),
            Attribute.SUBJECT: b"", Attribute.PRIVATE: False,
        })  # fmt: skip


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory):
    """Two tokens: `vks` with the RSA key of a, `ec` with the P-256 key of b. Gives the module's path."""
    if not have():
        leave_out("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    make(folder, "vks", "a", "01")
    make(folder, "ec", "b", "02")
    return MODULE
