import numpy as np
import pytest

from u30.schedules import cosine, linear_warmup, noam, step_decay


def test_a_warm_up_rises_in_equal_steps_and_stays_at_one():
    assert [linear_warmup(step, 4) for step in (1, 2, 3, 4, 5, 100)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert linear_warmup(1, 0) == 1


def test_cosine_is_one_after_the_warm_up_half_in_the_middle_and_the_floor_at_the_end():
    assert cosine(10, 110, warmup=10) == 1
    assert cosine(60, 110, warmup=10) == pytest.approx(0.5)
    assert cosine(110, 110, warmup=10) == pytest.approx(0)
    assert cosine(5, 110, warmup=10) == 0.5
    assert cosine(200, 110, floor=0.1) == pytest.approx(0.1)


def test_cosine_agrees_with_torch():
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30, eta_min=0.1)
    for step in range(1, 31):
        optimizer.step()
        schedule.step()
        assert cosine(step, 30, floor=0.1) == pytest.approx(schedule.get_last_lr()[0])


def test_step_decay_multiplies_once_for_each_boundary_that_is_over():
    factors = [step_decay(step, after=(2, 4), factor=0.1) for step in range(1, 7)]
    np.testing.assert_allclose(factors, [1, 1, 0.1, 0.1, 0.01, 0.01])


def test_noam_peaks_at_the_end_of_the_warm_up_as_in_the_paper():
    rates = [noam(step, D=512) for step in range(1, 20_000)]
    assert np.argmax(rates) + 1 == 4000
    assert max(rates) == pytest.approx((512 * 4000) ** -0.5)
    assert rates[15_999] == pytest.approx(max(rates) / 2)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda step: linear_warmup(step, 4),
        lambda step: cosine(step, 10),
        lambda step: step_decay(step, (3,)),
        lambda step: noam(step, 8),
    ],
)
def test_step_zero_is_refused(schedule):
    with pytest.raises(ValueError, match="counted from 1"):
        schedule(0)


def test_a_warm_up_longer_than_training_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        cosine(1, 10, warmup=10)
