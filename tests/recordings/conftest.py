import os
import subprocess

import pytest
from kit.left_out import leave_out


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 4 MiB."""
    if os.geteuid() != 0:
        leave_out("a small disk needs root")
    where = tmp_path / "small"
    where.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", where], check=False).returncode:
        leave_out("no mount in this container")
    yield str(where)
    subprocess.run(["umount", "-l", where], check=True)
