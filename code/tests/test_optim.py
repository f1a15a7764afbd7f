import numpy as np
import pytest

from u30.optim import Adagrad, Adam, clip_global_norm


def some_params(dtype=np.float64):
    rng = np.random.default_rng(0)
    return {"W": rng.standard_normal((3, 2)).astype(dtype), "b": np.ones(2, dtype)}


def gradients(params, step):
    rng = np.random.default_rng(step)
    return {name: rng.standard_normal(p.shape).astype(p.dtype) for name, p in params.items()}


def reference_adam(p, grads, lr, b1=0.9, b2=0.999, eps=1e-8):
    m = v = np.zeros_like(p)
    for t, g in enumerate(grads, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        p = p - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return p


def reference_adagrad(p, grads, lr, eps=1e-8):
    s = np.zeros_like(p)
    for g in grads:
        s = s + g * g
        p = p - lr * g / (np.sqrt(s) + eps)
    return p


@pytest.mark.parametrize("kind, reference", [(Adam, reference_adam), (Adagrad, reference_adagrad)])
def test_steps_follow_the_published_formula(kind, reference):
    params = some_params()
    start = {name: p.copy() for name, p in params.items()}
    optimizer = kind(params, lr=0.1)
    history = [gradients(params, step) for step in range(5)]
    for grads in history:
        optimizer.step({name: g.copy() for name, g in grads.items()})
    for name, p in params.items():
        want = reference(start[name], [grads[name] for grads in history], 0.1)
        np.testing.assert_allclose(p, want, rtol=1e-12)


@pytest.mark.parametrize("kind, name", [(Adam, "Adam"), (Adagrad, "Adagrad")])
def test_steps_agree_with_torch(kind, name):
    torch = pytest.importorskip("torch")
    params = some_params()
    twins = {key: torch.tensor(p.copy(), requires_grad=True) for key, p in params.items()}
    eps = {"eps": 1e-8}
    optimizer, other = (
        kind(params, 0.05, **eps),
        getattr(torch.optim, name)(twins.values(), 0.05, **eps),
    )
    for step in range(6):
        grads = gradients(params, step)
        for key, twin in twins.items():
            twin.grad = torch.tensor(grads[key].copy())
        optimizer.step(grads)
        other.step()
    for key, p in params.items():
        np.testing.assert_allclose(p, twins[key].detach().numpy(), rtol=1e-7)


@pytest.mark.parametrize("kind", [Adam, Adagrad])
def test_arrays_are_changed_in_place_and_keep_their_dtype(kind):
    params = some_params(np.float32)
    before = dict(params)
    kind(params, 0.1).step(gradients(params, 0))
    assert all(params[name] is before[name] for name in params)
    assert all(p.dtype == np.float32 for p in params.values())


@pytest.mark.parametrize("kind", [Adam, Adagrad])
def test_gradients_are_not_changed_by_a_step(kind):
    params = some_params()
    grads = gradients(params, 0)
    kind(params, 0.1).step(grads)
    for name, g in gradients(params, 0).items():
        np.testing.assert_array_equal(grads[name], g)


@pytest.mark.parametrize("kind", [Adam, Adagrad])
def test_a_saved_and_loaded_state_continues_identically(kind):
    a, b = some_params(), some_params()
    first, second = kind(a, 0.1), kind(b, 0.1)
    for step in range(3):
        first.step(gradients(a, step))
        second.step(gradients(b, step))
    third = kind(b, 0.1)
    third.load_state({name: value.copy() for name, value in second.state().items()})
    first.step(gradients(a, 3))
    third.step(gradients(b, 3))
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


@pytest.mark.parametrize("lr", [0, -1, float("nan")])
def test_a_learning_rate_that_is_not_above_zero_is_refused(lr):
    with pytest.raises(ValueError, match="above 0"):
        Adam(some_params(), lr)


def test_clipping_keeps_the_direction_and_limits_the_joint_norm():
    grads = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    assert clip_global_norm(grads, 1.0) == pytest.approx(5)
    np.testing.assert_allclose(grads["a"], [0.6, 0])
    np.testing.assert_allclose(grads["b"], [[0.8]])


def test_small_gradients_are_not_clipped():
    grads = {"a": np.array([0.3, 0.4])}
    assert clip_global_norm(grads, 1.0) == pytest.approx(0.5)
    np.testing.assert_array_equal(grads["a"], [0.3, 0.4])
