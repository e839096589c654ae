"""Alerts: raised when a condition has lasted, taken back when it is gone for a while, worst first, one sentence each."""

import json
import pathlib
import re
from typing import get_args

import pytest

from server.alerts import QUIET_US, RULES, SECOND, Measures, Watch
from signaling.messages import AlertCode

LOCALES = pathlib.Path(__file__).resolve().parents[2] / "client" / "locales"
FINE = Measures()


def told(alerts):
    return [(one.code, one.subject, one.value) for one in alerts]


def test_loss_is_an_alert_after_five_seconds_and_ends_after_five_quiet_ones():
    watch = Watch()
    lossy = Measures(loss={"vu-thu/camera": 120, "hub/camera": 50})
    for second in range(5):
        assert watch.at(lossy, second * SECOND) == ()
    (alert,) = watch.at(lossy, 5 * SECOND)
    assert (alert.code, alert.severity, alert.subject, alert.since, alert.value) == ("loss", "warning", "vu-thu/camera", 0, 12)
    assert told(watch.at(FINE, 8 * SECOND)) == [("loss", "vu-thu/camera", 12)], "a moment of calm takes nothing back"
    assert told(watch.at(lossy, 9 * SECOND)) == [("loss", "vu-thu/camera", 12)]
    assert watch.at(FINE, 9 * SECOND + QUIET_US + 1) == ()


def test_what_did_not_last_begins_again():
    watch = Watch()
    slow = Measures(lag_ms=80)
    for second in (0, 9):
        assert watch.at(slow, second * SECOND) == ()
    assert watch.at(FINE, 9 * SECOND + 1) == ()
    assert watch.at(slow, 10 * SECOND) == ()
    assert watch.at(slow, 19 * SECOND) == ()
    assert told(watch.at(slow, 20 * SECOND)) == [("lag", None, 80)]


def test_the_worst_comes_first_then_the_oldest():
    watch = Watch()
    everything = Measures(
        recorder_stopped=True, unwritten=("b/camera", "a/camera"), waiting=("vu-thu",), sync_ms=1_500, disk_s=1_000,
        certificate_days=20,
    )  # fmt: skip
    watch.at(Measures(unwritten=("b/camera",)), 0)
    found = told(watch.at(everything, SECOND))
    assert found == [
        ("recorder-stopped", None, 0), ("unwritten", "b/camera", 0), ("unwritten", "a/camera", 0), ("disk", None, 16),
        ("sync", None, 1_500), ("waiting", "vu-thu", 0), ("certificate", None, 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measures", "code"),
    [
        (Measures(certificate_days=31), None), (Measures(certificate_days=30), "certificate"),
        (Measures(certificate_days=7), "certificate-ends"), (Measures(certificate_days=-3), "certificate-ends"),
        (Measures(disk_s=1_800), None), (Measures(disk_s=None), None), (Measures(mirror_failed=True), "mirror"),
        (Measures(mirror_behind=65 << 20), "mirror"), (Measures(drops_per_s=1_001), "drops"), (Measures(no_picture=("a",)), "no-picture"),
    ],
)  # fmt: skip
def test_thresholds(measures, code):
    watch = Watch()
    watch.at(measures, 0)
    assert [one.code for one in watch.at(measures, 60 * SECOND)] == ([code] if code else [])


def test_every_alert_is_a_sentence_that_says_what_to_do():
    assert set(RULES) == set(get_args(AlertCode))
    for language in ("vi", "en"):
        words = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))
        for code in RULES:
            sentence = words[f"alert.{code}"]
            fact, dash, advice = sentence.partition(" – ")
            assert dash, f"{code}: no advice"
            assert len(advice) > 10
            assert advice.endswith(".")
            assert "{since}" in fact, f"{code}: since when?"
            assert code not in sentence.replace("–", "") or code in ("disk", "loss", "certificate", "waiting")
            if language == "vi":
                assert not re.search(r"\b(the|is|of|and|loss|lag|sync|disk|mirror|recorder|check)\b", sentence, re.IGNORECASE), sentence
