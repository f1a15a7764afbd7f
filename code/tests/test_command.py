"""Options of quick starts: what may be given, and the one sentence for what may not."""

import pytest

from u30.command import UsageError, above_zero, at_least


@pytest.mark.parametrize("bad", [0, -3, float("nan"), float("inf")])
def test_a_value_below_the_least_or_not_finite_is_refused_by_its_option(bad):
    with pytest.raises(UsageError, match=f"^--stir-every must be at least 1, but is {bad}\\.$"):
        at_least(1, steps=1, stir_every=bad)


@pytest.mark.parametrize("bad", [0, -0.1, float("nan"), float("inf")])
def test_a_rate_has_to_be_above_zero(bad):
    with pytest.raises(UsageError, match=f"^--lr must be above 0, but is {bad}\\.$"):
        above_zero(temperature=0.5, lr=bad)


def test_values_at_the_border_are_fine():
    at_least(1, steps=1, hidden=2)
    at_least(0, seed=0, decay=0.0)
    above_zero(lr=1e-12)
