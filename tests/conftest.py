"""Profiles of Hypothesis: `ci` counts come from the environment (`FUZZ_EXAMPLES`). `DIEMCAU_NATIVE=0`: media without C."""

import os

from hypothesis import HealthCheck, settings

from server.media import native

if os.environ.get("DIEMCAU_NATIVE") == "0":
    native.module = None  # before anything else asks which way packets go

settings.register_profile(
    "house",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("house")
