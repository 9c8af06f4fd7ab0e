"""Windows start anew, buckets refill, and both say how long to wait."""

from __future__ import annotations

from printvision.providers.simulators.limits import Allowance, Bucket, Window


def test_a_window_starts_anew_after_its_span() -> None:
    window = Window(2, span_s=60)

    assert window.take(0) == Allowance(True, 1, 60, 0)
    assert window.take(10) == Allowance(True, 0, 50, 0)
    assert window.take(20) == Allowance(False, 0, 40, 40)
    assert window.take(60) == Allowance(True, 1, 60, 0)


def test_a_lockout_outlasts_the_window() -> None:
    window = Window(1, span_s=60, lockout_s=60)
    window.take(0)

    assert window.take(50) == Allowance(False, 0, 60, 60)
    assert window.take(70) == Allowance(False, 0, 40, 40)
    assert window.take(110).granted


def test_a_bucket_gives_one_back_at_a_time() -> None:
    bucket = Bucket(2, every_s=0.5)

    assert bucket.take(0) == Allowance(True, 1, 0.5, 0)
    assert bucket.take(0) == Allowance(True, 0, 1.0, 0)
    assert bucket.take(0.25) == Allowance(False, 0, 0.75, 0.25)
    assert bucket.take(0.5) == Allowance(True, 0, 1.0, 0)
    assert bucket.take(100) == Allowance(True, 1, 0.5, 0)
