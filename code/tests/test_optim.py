import numpy as np
import pytest

from u30.nn import Linear, Sequential
from u30.optim import SGD, Adagrad, Adam, AdamW, RMSprop, clip_global_norm
from u30.tensor import Tensor

# Each optimiser with options that use all of it, and torch's name and options for the same.
SGD_OPTIONS = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"weight_decay": 0.1},
    {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
]
CASES = [
    *((SGD, options, "SGD", options) for options in SGD_OPTIONS),
    (Adagrad, {}, "Adagrad", {"eps": 1e-8}),
    (RMSprop, {"decay": 0.9}, "RMSprop", {"alpha": 0.9}),
    (Adam, {}, "Adam", {}),
    (AdamW, {"weight_decay": 0.1}, "AdamW", {"weight_decay": 0.1}),
]
KINDS = [(kind, options) for kind, options, _, _ in CASES]


def some_params(dtype=np.float64):
    rng = np.random.default_rng(0)
    return {"W": rng.standard_normal((3, 2)).astype(dtype), "b": np.ones(2, dtype)}


def some_tensors(dtype=np.float64):
    return {name: Tensor(p, requires_grad=True) for name, p in some_params(dtype).items()}


def gradients(params, step):
    rng = np.random.default_rng(step)
    arrays = {name: p if isinstance(p, np.ndarray) else p.data for name, p in params.items()}
    return {name: rng.standard_normal(p.shape).astype(p.dtype) for name, p in arrays.items()}


def backward(tensors, step):
    """A backward pass that adds `gradients(tensors, step)` to every `.grad`."""
    for name, g in gradients(tensors, step).items():
        (tensors[name] * g).sum().backward()


# Two steps of each rule, written out for one number.


def reference_sgd(p, grads, lr, mu=0.9):
    u = np.zeros_like(p)
    for g in grads:
        u = mu * u + g
        p = p - lr * u
    return p


def reference_nesterov(p, grads, lr, mu=0.9, wd=0.1):
    # Sutskever et al. (2013), eq. 3-4, in the variable at which the gradient is taken.
    v, theta = np.zeros_like(p), p
    for g in grads:
        g = g + wd * p
        v_next = mu * v - lr * g
        theta = p - mu * v + v_next
        p, v = theta + mu * v_next, v_next
    return p


def reference_rmsprop(p, grads, lr, a=0.9, eps=1e-8):
    s = np.zeros_like(p)
    for g in grads:
        s = a * s + (1 - a) * g * g
        p = p - lr * g / (np.sqrt(s) + eps)
    return p


def reference_adam(p, grads, lr, b1=0.9, b2=0.999, eps=1e-8, wd=0.0):
    m = v = np.zeros_like(p)
    for t, g in enumerate(grads, 1):
        p = p - lr * wd * p
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        p = p - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return p


def reference_adagrad(p, grads, lr, eps=1e-8):
    s = np.zeros_like(p)
    for g in grads:
        s = s + g * g
        p = p - lr * g / (np.sqrt(s) + eps)
    return p


@pytest.mark.parametrize(
    "kind, options, reference",
    [
        (SGD, {}, lambda p, grads, lr: p - lr * sum(grads)),
        (SGD, {"momentum": 0.9}, reference_sgd),
        (SGD, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}, reference_nesterov),
        (Adagrad, {}, reference_adagrad),
        (RMSprop, {"decay": 0.9}, reference_rmsprop),
        (Adam, {}, reference_adam),
        (AdamW, {"weight_decay": 0.1}, lambda *given: reference_adam(*given, wd=0.1)),
    ],
)
def test_steps_follow_the_published_formula(kind, options, reference):
    params = some_params()
    start = {name: p.copy() for name, p in params.items()}
    optimizer = kind(params, lr=0.1, **options)
    history = [gradients(params, step) for step in range(5)]
    for grads in history:
        optimizer.step({name: g.copy() for name, g in grads.items()})
    for name, p in params.items():
        want = reference(start[name], [grads[name] for grads in history], 0.1)
        np.testing.assert_allclose(p, want, rtol=1e-12)


@pytest.mark.parametrize("kind, options, name, torch_options", CASES)
def test_fifty_steps_agree_with_torch(kind, options, name, torch_options):
    torch = pytest.importorskip("torch")
    params, tensors = some_params(), some_tensors()
    twins = {key: torch.tensor(p.copy(), requires_grad=True) for key, p in params.items()}
    of_arrays, of_tensors = kind(params, 0.05, **options), kind(tensors, 0.05, **options)
    other = getattr(torch.optim, name)(twins.values(), 0.05, **torch_options)
    for step in range(50):
        grads = gradients(params, step)
        for key, twin in twins.items():
            twin.grad = torch.tensor(grads[key].copy())
        of_arrays.step(grads)
        of_tensors.zero_grad()
        backward(tensors, step)
        of_tensors.step()
        other.step()
        for key, twin in twins.items():
            want = twin.detach().numpy()
            np.testing.assert_allclose(params[key], want, rtol=1e-7)
            np.testing.assert_allclose(tensors[key].data, want, rtol=1e-7)


@pytest.mark.parametrize("kind, options", KINDS)
def test_arrays_are_changed_in_place_and_keep_their_dtype(kind, options):
    params = some_params(np.float32)
    before = dict(params)
    optimizer = kind(params, 0.1, **options)
    optimizer.step(gradients(params, 0))
    assert all(params[name] is before[name] for name in params)
    assert all(p.dtype == np.float32 for p in params.values())
    assert all(optimizer.state()[name].dtype == np.float32 for name in optimizer.moments)


@pytest.mark.parametrize("kind, options", KINDS)
def test_tensors_stay_float32(kind, options):
    tensors = some_tensors(np.float32)
    optimizer = kind(tensors.values(), np.float64(0.1), **options)
    optimizer.lr = float(np.float64(0.05))
    backward(tensors, 0)
    optimizer.clip(0.1)
    optimizer.step()
    assert all(p.data.dtype == p.grad.dtype == np.float32 for p in tensors.values())


@pytest.mark.parametrize("kind, options", KINDS)
def test_gradients_are_not_changed_by_a_step(kind, options):
    params, tensors = some_params(), some_tensors()
    grads = gradients(params, 0)
    kind(params, 0.1, **options).step(grads)
    backward(tensors, 0)
    kind(tensors, 0.1, **options).step()
    for name, g in gradients(params, 0).items():
        np.testing.assert_array_equal(grads[name], g)
        np.testing.assert_array_equal(tensors[name].grad, g)


@pytest.mark.parametrize("kind, options", KINDS)
def test_a_saved_and_loaded_state_continues_identically(kind, options):
    a, b = some_params(), some_params()
    first, second = kind(a, 0.1, **options), kind(b, 0.1, **options)
    for step in range(3):
        first.step(gradients(a, step))
        second.step(gradients(b, step))
    third = kind(b, 0.1, **options)
    third.load_state({name: value.copy() for name, value in second.state().items()})
    first.step(gradients(a, 3))
    third.step(gradients(b, 3))
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


def test_a_state_of_another_model_is_refused():
    other = Adam({"w": np.ones(1)}, 0.1).state()
    with pytest.raises(ValueError, match=r"needs 'm' of shape \(8,\)"):
        Adam(some_params(), 0.1).load_state(other)
    with pytest.raises(ValueError, match="needs 's'"):
        Adagrad(some_params(), 0.1).load_state(Adam(some_params(), 0.1).state())


@pytest.mark.parametrize("lr", [0, -1, float("nan")])
def test_a_learning_rate_that_is_not_above_zero_is_refused(lr):
    with pytest.raises(ValueError, match="above 0"):
        Adam(some_params(), lr)


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match="momentum above 0"):
        SGD(some_params(), 0.1, nesterov=True)


# Tensors: one flat array


def test_the_data_of_all_tensors_lies_in_one_array():
    tensors = some_tensors()
    Adam(tensors, 0.1)
    W, b = tensors["W"].data, tensors["b"].data
    assert W.base is b.base is not None
    for name, p in some_params().items():
        np.testing.assert_array_equal(tensors[name].data, p)


def test_data_that_was_replaced_is_taken_over():
    tensors = some_tensors()
    optimizer = SGD(tensors, 0.1)
    tensors["b"].data = np.array([5.0, 6.0])
    tensors["b"].sum().backward()
    optimizer.step()
    np.testing.assert_allclose(tensors["b"].data, [4.9, 5.9])


@pytest.mark.parametrize("data", [np.zeros(2, np.float32), np.zeros(1)])
def test_data_of_another_type_or_shape_is_refused(data):
    tensors = some_tensors()
    optimizer = SGD(tensors, 0.1)
    backward(tensors, 0)
    tensors["b"].data = data
    with pytest.raises(ValueError, match="make a new optimiser"):
        optimizer.step()


def test_a_module_trains_and_its_loaded_weights_are_used():
    rng = np.random.default_rng(0)
    model = Sequential(Linear(rng, 3, 4), Linear(rng, 4, 1))
    start, x = model.state_dict(), Tensor(rng.standard_normal((8, 3)))
    optimizer = Adam(model.astype(np.float64), 0.01)

    def losses():
        for _ in range(20):
            loss = (model(x) * model(x)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.clip(1.0)
            optimizer.step()
            yield loss.item()

    first = list(losses())
    assert first[-1] < 0.5 * first[0]
    model.load_state_dict(start)
    assert next(losses()) == pytest.approx(first[0], rel=1e-6)


def test_a_tensor_without_a_gradient_stays_and_keeps_none():
    tensors = some_tensors()
    optimizer = SGD(tensors, 0.1)
    backward(tensors, 0)
    optimizer.step()
    before = tensors["b"].data.copy()
    optimizer.zero_grad()
    tensors["W"].sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(tensors["b"].data, before)
    assert tensors["b"].grad is None


def test_gradients_of_two_backward_passes_add_up_also_after_a_step():
    tensors = some_tensors()
    optimizer = SGD(tensors, 0.1)
    want = np.zeros(2)
    for step in (0, 1):
        backward(tensors, step)
        want += gradients(tensors, step)["b"]
        optimizer.step()
    np.testing.assert_allclose(tensors["b"].grad, want)


def test_a_parameter_that_is_given_twice_counts_once():
    shared = Tensor(np.ones(3), requires_grad=True)
    optimizer = SGD([shared, shared], 0.1)
    shared.sum().backward()
    optimizer.step()
    assert optimizer.size == 3
    np.testing.assert_allclose(shared.data, 0.9)


def test_a_step_without_a_backward_pass_is_an_error():
    with pytest.raises(ValueError, match=r"call backward\(\)"):
        SGD(some_tensors(), 0.1).step()


def test_each_form_of_parameters_says_how_it_wants_its_gradients():
    with pytest.raises(TypeError, match="step\\(grads\\)"):
        SGD(some_params(), 0.1).step()
    with pytest.raises(TypeError, match="without any"):
        SGD(some_tensors(), 0.1).step({})


def test_no_parameters_and_mixed_float_types_are_errors():
    with pytest.raises(ValueError, match="nothing to train"):
        SGD([], 0.1)
    with pytest.raises(TypeError, match="as a dict, or as Tensors"):
        SGD([np.ones(2)], 0.1)
    with pytest.raises(ValueError, match=r"float32.*float64"):
        SGD([Tensor(np.ones(1, np.float32)), Tensor(np.ones(1))], 0.1)


def test_a_graph_made_before_a_step_is_not_gone_through_after_it():
    w = Tensor(np.ones(2), requires_grad=True)
    optimizer = SGD([w], 0.1)
    old, new = (w * w).sum(), (w * w).sum()
    new.backward()
    optimizer.step()
    with pytest.raises(RuntimeError, match="was changed after"):
        old.backward()


# Clipping


def test_clipping_keeps_the_direction_and_limits_the_joint_norm():
    grads = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    assert clip_global_norm(grads, 1.0) == pytest.approx(5)
    np.testing.assert_allclose(grads["a"], [0.6, 0])
    np.testing.assert_allclose(grads["b"], [[0.8]])


def test_small_gradients_are_not_clipped():
    grads = {"a": np.array([0.3, 0.4])}
    assert clip_global_norm(grads, 1.0) == pytest.approx(0.5)
    np.testing.assert_array_equal(grads["a"], [0.3, 0.4])


def test_clipping_the_gradients_of_tensors_gives_the_same_step():
    params, tensors = some_params(), some_tensors()
    grads = gradients(params, 0)
    norm = clip_global_norm(grads, 0.5)
    SGD(params, 0.1).step(grads)
    optimizer = SGD(tensors, 0.1)
    backward(tensors, 0)
    assert optimizer.clip(0.5) == pytest.approx(norm)
    optimizer.step()
    for name, p in params.items():
        np.testing.assert_allclose(tensors[name].data, p, rtol=1e-14)
