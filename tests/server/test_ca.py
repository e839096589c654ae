import datetime as dt
import os
import shutil
import subprocess

from cryptography import x509
from kit.left_out import leave_out

from server.ca import Authority
from server.tls import Served

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NAMES = ("localhost", "127.0.0.1", "192.0.2.7")


def test_leaf_is_for_all_names_and_the_ca_for_nothing_else(tmp_path):
    authority = Authority(str(tmp_path))
    assert authority.ensure(NAMES, NOW)
    leaf = x509.load_pem_x509_certificate((tmp_path / "leaf.pem").read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(n.value) for n in names] == list(NAMES)
    ca = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert {str(n.value) for n in constraints.value.permitted_subtrees} == {"localhost", "127.0.0.1/32", "192.0.2.7/32"}
    assert {str(n.value) for n in constraints.value.excluded_subtrees} == {"::/0"}
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    for name in ("ca.key", "leaf.key"):
        assert os.stat(tmp_path / name).st_mode & 0o77 == 0


def test_renewal_keeps_the_ca_until_a_name_is_new(tmp_path):
    authority = Authority(str(tmp_path))
    authority.ensure(NAMES, NOW)
    first, leaf = authority.fingerprint(), authority.expires()
    assert not authority.ensure(NAMES, NOW + dt.timedelta(days=200))
    assert authority.expires() == leaf
    assert not authority.ensure(NAMES, NOW + dt.timedelta(days=300))
    assert authority.expires() > leaf
    assert authority.fingerprint() == first
    assert authority.ensure((*NAMES, "192.0.2.8"), NOW + dt.timedelta(days=301))
    assert authority.fingerprint() != first
    assert Served(str(tmp_path), authority).context.minimum_version >= 0x0303


def test_damaged_files_are_made_anew(tmp_path):
    authority = Authority(str(tmp_path))
    authority.ensure(NAMES, NOW)
    (tmp_path / "leaf.pem").write_text("garbage")
    assert not authority.ensure(NAMES, NOW)
    assert authority.expires() > NOW


def test_openssl_accepts_our_names_and_refuses_a_stolen_cas_other_names(tmp_path):
    if shutil.which("openssl") is None:
        leave_out("no openssl command")
    authority = Authority(str(tmp_path))
    authority.ensure(NAMES, dt.datetime.now(dt.UTC))

    def verify():
        return subprocess.run(
            ["openssl", "verify", "-CAfile", tmp_path / "ca.pem", tmp_path / "leaf.pem"], capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    assert verify().returncode == 0
    for foreign in (("bank.example",), ("203.0.113.5",), ("localhost", "2001:db8::1")):
        authority._make_leaf(foreign, dt.datetime.now(dt.UTC))
        answer = verify()
        assert answer.returncode != 0
        assert "subtree" in answer.stdout + answer.stderr
