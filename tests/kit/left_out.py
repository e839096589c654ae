"""Tests that need what not every machine has: left out here with a reason, a failure where nothing may be left out."""

import os

import pytest


def leave_out(why):
    """Skip, or fail when `CI` is set."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
