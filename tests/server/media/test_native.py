"""Where the C path can be built it is there: a build that fails must not pass as one that was left out."""

import os
import pathlib
import shutil
import sysconfig

import pytest

from server.media import native

HEADERS = pathlib.Path(sysconfig.get_path("include"), "Python.h")


@pytest.mark.skipif(os.environ.get("DIEMCAU_NATIVE") == "0", reason="left out by whoever runs this")
def test_it_is_built_where_a_compiler_and_the_headers_are():
    possible = shutil.which(os.environ.get("CC", "cc")) is not None and HEADERS.exists()
    assert native.module is not None or not possible, "sh server/deploy/setup.sh fastpath"
