import gc
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from u30 import graph
from u30.gradcheck import assert_gradients
from u30.tensor import Part, Tensor, detect_nan, no_grad, op

quick = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 999)
shapes = st.lists(st.integers(1, 4), min_size=0, max_size=3).map(tuple)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def positive(seed, *shape):
    return np.random.default_rng(seed).uniform(0.5, 2, shape)


def leaf(*values):
    return Tensor(np.array(values, dtype=np.float64), requires_grad=True)


# 1. Every primitive against central differences


UNARY = {
    "neg": lambda x: -x,
    "exp": Tensor.exp,
    "log": Tensor.log,
    "sqrt": Tensor.sqrt,
    "tanh": Tensor.tanh,
    "sigmoid": Tensor.sigmoid,
    "relu": lambda x: (x - 1).relu(),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "reciprocal": lambda x: x**-1,
    "root": lambda x: x**0.5,
    "scalar right": lambda x: (x * 3 + 2 - 1) / 4,
    "scalar left": lambda x: 3 * (2 - (1 + 4 / x)),
    "used twice": lambda x: x * x + x,
}


@pytest.mark.parametrize("name", UNARY)
@quick
@given(shapes, seeds)
def test_unary_gradients(name, shape, seed):
    assert_gradients(UNARY[name], positive(seed, *shape))


BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


@pytest.mark.parametrize("name", BINARY)
@quick
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=1, max_side=3), seeds)
def test_binary_gradients_reduce_to_the_shapes_of_what_was_broadcast(name, broadcast, seed):
    a, b = broadcast.input_shapes
    assert_gradients(BINARY[name], positive(seed, *a), positive(seed + 1, *b))


@st.composite
def axes(draw):
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
    one = st.integers(-len(shape), len(shape) - 1)
    several = st.sets(st.integers(0, len(shape) - 1), min_size=1).map(tuple)
    return shape, draw(st.none() | one | several), draw(st.booleans())


@pytest.mark.parametrize("name", ["sum", "mean", "max"])
@quick
@given(axes(), seeds)
def test_reductions_have_numpys_values_and_right_gradients(name, case, seed):
    shape, axis, keepdims = case
    x = normal(seed, *shape)
    y = getattr(Tensor(x), name)(axis=axis, keepdims=keepdims)
    want = getattr(x, name)(axis=axis, keepdims=keepdims)
    assert y.shape == want.shape
    np.testing.assert_allclose(y.data, want)
    assert_gradients(lambda t: getattr(t, name)(axis=axis, keepdims=keepdims), x)


def test_equal_largest_entries_share_the_gradient():
    x = leaf(1, 3, 3, 2)
    x.max().backward()
    np.testing.assert_allclose(x.grad, [0, 0.5, 0.5, 0])


@quick
@given(mutually_broadcastable_shapes(signature="(n,d),(d,m)->(n,m)", max_dims=2, max_side=3), seeds)
def test_matrix_products_of_stacks(broadcast, seed):
    a, b = (normal(seed + i, *shape) for i, shape in enumerate(broadcast.input_shapes))
    np.testing.assert_allclose((Tensor(a) @ Tensor(b)).data, a @ b, atol=1e-12)
    assert_gradients(lambda a, b: a @ b, a, b)


def test_a_product_with_a_vector_says_how_to_make_it_a_matrix():
    with pytest.raises(ValueError, match="x\\[None\\] makes a row"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones(3))


SHAPES = {
    "reshape": lambda x: x.reshape(4, -1),
    "reshape of a tuple": lambda x: x.reshape((6, 4)),
    "swapaxes": lambda x: x.swapaxes(0, -1),
    "transpose": lambda x: x.transpose(1, 2, 0),
    "transpose, negative axes": lambda x: x.transpose(-1, 0, 1),
    "T": lambda x: x.T,
}


@pytest.mark.parametrize("name", SHAPES)
def test_shape_changes_are_views_with_right_gradients(name):
    x = normal(0, 2, 3, 4)
    t = Tensor(x)
    assert np.shares_memory(SHAPES[name](t).data, t.data)
    assert_gradients(lambda t: SHAPES[name](t) * SHAPES[name](Tensor(x)), x)


INDICES = {
    "number": 1,
    "last": -1,
    "slice": slice(1, 3),
    "steps": slice(None, None, 2),
    "backwards": slice(None, None, -1),
    "several": (slice(1, None), 0, slice(None, 2)),
    "ellipsis": (..., 1),
    "new axis": (slice(None), None, 0),
    "array": np.array([0, 2, 2, 1]),
    "list": [1, 1],
    "pairs": (np.array([0, 1, 0]), np.array([2, 2, 2])),
    "mixed": (slice(None), np.array([[0, 1], [1, 1]])),
    "mask": normal(3, 4, 3, 2) > 0,
}


@pytest.mark.parametrize("name", INDICES)
def test_indexing_gradients_also_where_an_index_repeats(name):
    x = normal(0, 4, 3, 2)
    np.testing.assert_array_equal(Tensor(x)[INDICES[name]].data, x[INDICES[name]])
    assert_gradients(lambda t: t[INDICES[name]] * t[INDICES[name]], x)


def test_overlapping_slices_of_a_leaf_and_of_a_node_add_up():
    assert_gradients(lambda x: x[:3] * x[1:4] + x[0], normal(0, 4, 2))
    assert_gradients(lambda x: (y := x.tanh())[:3] * y[1:4] + y[0] * y.sum(), normal(0, 4, 2))


def test_slices_share_one_array_of_zeros(monkeypatch):
    made = []
    dense = Part.dense
    monkeypatch.setattr(Part, "dense", lambda self, x: made.append(x.shape) or dense(self, x))
    x = Tensor(np.ones((50, 3)), requires_grad=True).tanh()
    total = x[0]
    for t in range(1, 50):
        total = total + x[t]
    total.sum().backward()
    assert made == [(50, 3)]


def test_a_tensor_can_be_iterated_over_and_taken_apart():
    x = leaf([1, 2], [3, 4])
    a, b = x
    (a * b).sum().backward()
    np.testing.assert_allclose(x.grad, [[3, 4], [1, 2]])
    assert len(x) == 2


# 2. The walk


def test_a_diamond_adds_both_ways():
    x = leaf(0.3)
    y = x.tanh()
    (y * y.exp() + y).backward()
    t = np.tanh(0.3)
    np.testing.assert_allclose(x.grad, (1 - t * t) * (np.exp(t) * (1 + t) + 1))


def test_many_uses_of_a_node_and_of_a_leaf():
    assert_gradients(lambda x, w: sum((x * w * k + w for k in range(1, 6)), x), *normal(0, 2, 3))
    assert_gradients(lambda x: sum((x.exp() + 0 for _ in range(4)), x + x + x), normal(0, 3))


@pytest.mark.parametrize("index", [..., slice(0, 1)])
def test_adding_to_one_gradient_leaves_another_that_shares_its_memory_alone(index):
    def f(a, b):
        y, z = a.tanh(), b.tanh()
        older = y[index] * 3
        return (y + z).sum() + older.sum()  # y + z hands one and the same array to y and z

    assert_gradients(f, *normal(0, 2, 4))


def test_branches_that_the_loss_does_not_use_get_no_gradient():
    x, unused = leaf(1.0), leaf(2.0)
    y = x * 2
    _ = y * unused
    (y * 3).backward()
    assert unused.grad is None
    np.testing.assert_allclose(x.grad, 6)


def test_vjp_may_leave_out_a_parent():
    a, b = leaf(2.0), leaf(3.0)
    op(a.data * b.data, (a, b), lambda d: (d * b.data, None)).backward()
    assert a.grad == 3 and b.grad is None


def test_a_chain_of_a_hundred_thousand_nodes():
    x = Tensor(np.ones(1), requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.backward()
    assert x.grad == 1
    y = x
    for _ in range(100_000):  # and one that is dropped without a walk
        y = y + 1
    del y
    gc.collect()


def test_gradients_of_several_calls_add_up_in_the_same_array():
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    assert x.grad is first
    np.testing.assert_allclose(x.grad, [5, 7])


def test_gradients_of_two_leaves_never_share_memory():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    given = np.ones(2)
    ((a + b).reshape(1, 2)[0]).backward(given)
    for one, other in ((a.grad, b.grad), (a.grad, given), (b.grad, given)):
        assert not np.shares_memory(one, other)
    a.grad *= 0
    np.testing.assert_allclose(b.grad, 1)


def test_a_gradient_view_that_an_optimiser_put_there_is_used():
    x, flat = leaf(1.0, 2.0), np.zeros(4)
    x.grad = flat[1:3]
    (x * x).sum().backward()
    np.testing.assert_allclose(flat, [0, 2, 4, 0])


def test_a_graph_needs_no_garbage_collector():
    gc.disable()
    try:
        x = leaf(1.0)
        before = len(gc.get_objects())
        for _ in range(50):
            ((x * 2).tanh()[None] @ Tensor(np.ones((1, 1)))).sum().backward()
            (x * 2).tanh()
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_retain_grad_keeps_the_gradient_of_an_intermediate_result():
    x = leaf(0.5, -1.0)
    y = (x * 2).retain_grad()
    z = y.tanh()
    z.sum().backward()
    np.testing.assert_allclose(y.grad, 1 - z.data**2)
    assert z.grad is None


def test_backward_from_an_array_takes_its_gradient():
    x = leaf(1.0, 2.0)
    (x * x).backward([1, 10])
    np.testing.assert_allclose(x.grad, [2, 40])


def test_nodes_lists_the_graph_from_the_oldest():
    x, w = leaf(1.0), leaf(2.0)
    y = (x * w).exp()
    assert [t.name for t in graph.nodes(y)] == ["", "", "mul", "exp"]
    assert graph.nodes(y)[:2] == [x, w]


# 3. Switches


def test_no_grad_makes_no_nodes():
    x = leaf(1.0)
    with no_grad():
        y = (x * 2).exp()[None].sum()
    assert not y.requires_grad and graph.nodes(y) == [y]
    assert (x * 2).requires_grad


def test_no_grad_ends_with_an_error_and_nests_and_is_this_threads_own():
    x = leaf(1.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    seen = []
    with no_grad():
        with no_grad():
            pass
        assert not (x * 2).requires_grad
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True] and (x * 2).requires_grad


def test_gradients_of_constants_are_not_even_computed():
    x, c = leaf([1.0]), Tensor(np.ones((1, 1)))
    for y in (x * c, x / c, x - c, x @ c):
        assert y._vjp(np.ones((1, 1)))[1] is None
    for y in (c * x, c @ x):
        assert y._vjp(np.ones((1, 1)))[0] is None


def test_constants_make_no_nodes_and_detach_cuts():
    x = leaf(1.0)
    assert graph.nodes(Tensor(1.0) * 2 + 3)[:-1] == []
    y = x.detach()
    assert y.data is x.data and not y.requires_grad
    (x * (x * 2).detach()).backward()
    np.testing.assert_allclose(x.grad, 2)


def test_detect_nan_names_the_operation_forward_and_backward():
    with np.errstate(all="ignore"):
        with detect_nan(), pytest.raises(FloatingPointError, match=r"log gave NaN .* \(2,\)"):
            leaf(1.0, -1.0).log().exp()
        y = (leaf(0.0).sqrt() * 0).sum()
        with detect_nan(), pytest.raises(FloatingPointError, match="sqrt gave NaN in the gradient"):
            y.backward()
        assert np.isnan((leaf(-1.0).log()).data)


# 4. Mistakes are told in sentences


def test_backward_from_more_than_one_number_asks_for_a_sum():
    with pytest.raises(ValueError, match=r"shape \(2,\): take its sum\(\)"):
        (leaf(1.0, 2.0) * 2).backward()
    with pytest.raises(ValueError, match=r"gradient has shape \(3,\), but the tensor \(2,\)"):
        (leaf(1.0, 2.0) * 2).backward(np.ones(3))


def test_backward_without_a_graph_says_what_is_missing():
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        (Tensor(1.0) * 2).backward()
    with pytest.raises(RuntimeError, match="not computed from anything"):
        leaf(1.0).backward()


def test_backward_twice_says_that_the_graph_is_gone():
    x = leaf(1.0)
    shared = x * 2
    loss, other = shared.exp(), shared.tanh()
    loss.backward()
    with pytest.raises(RuntimeError, match=r"already, and has freed"):
        loss.backward()
    with pytest.raises(RuntimeError, match="add up the losses"):
        other.backward()


def test_a_change_between_forward_and_backward_is_noticed():
    w = leaf(1.0, 2.0)
    y = (w * w).sum()
    w.data -= 0.1
    with pytest.raises(RuntimeError, match=r"shape \(2,\) was changed after mul had used it"):
        y.backward()
    (w * w).sum().backward()
    w.data -= 0.1  # afterwards is the right time
    np.testing.assert_allclose(w.grad, [1.8, 3.8])


def test_a_change_of_an_intermediate_result_is_noticed():
    w = leaf(1.0, 2.0)
    h = w.exp()
    y = (h * h).sum()
    h.data *= 0
    with pytest.raises(RuntimeError, match="was changed after mul"):
        y.backward()


def test_a_vjp_of_the_wrong_shape_or_number_is_noticed():
    x = leaf(1.0, 2.0)
    with pytest.raises(ValueError, match=r"shape \(2,\) has shape \(1, 2\)"):
        op(x.data, (x,), lambda d: (d[None],)).sum().backward()
    with pytest.raises(ValueError, match="zip"):
        op(x.data, (x,), lambda d: (d, d)).sum().backward()


def test_a_tensor_of_a_tensor_is_refused():
    with pytest.raises(TypeError, match="Tensor already"):
        Tensor(Tensor(1.0))


# 5. Types


def test_numbers_lists_and_integers_become_float32_and_float_arrays_stay():
    for data in (1, 2.5, [1.0, 2.0], np.arange(3), np.array([True])):
        assert Tensor(data).dtype == np.float32
    for dtype in (np.float32, np.float64):
        assert Tensor(np.ones(2, dtype)).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_constants_take_the_type_of_the_tensor_they_meet(dtype):
    x = Tensor(np.ones((2, 2), dtype), requires_grad=True)
    double = np.ones((2, 2))
    y = (x * 2 + 1.5 - np.sqrt(np.float64(2))) / np.float64(3) + double
    y = double * (1 - (2 / (double @ y @ double))) ** np.float64(2)
    total = y.mean() + y.max() + y.sum(axis=0).sum() + y[0, 0] * y[0].mean(keepdims=True).sum()
    assert {t.dtype for t in graph.nodes(total)} == {np.dtype(dtype)}
    kept = [t.retain_grad() for t in graph.nodes(total) if t.requires_grad and t is not x]
    total.backward()
    assert {t.grad.dtype for t in [x, *kept]} == {np.dtype(dtype)}
    assert isinstance(x.grad, np.ndarray)


def test_gradients_of_a_number_are_arrays_of_its_type():
    x = Tensor(2.0, requires_grad=True)
    (x * x * x).backward()
    assert isinstance(x.grad, np.ndarray) and x.grad.dtype == np.float32 and x.grad == 12


def test_mixed_float_types_are_an_error_that_names_the_operation():
    a, b = Tensor(np.ones(2, np.float32)), Tensor(np.ones(2, np.float64))
    with pytest.raises(TypeError, match=r"mul got an input of type float32 .* float64"):
        a * b
    with pytest.raises(TypeError, match="halve got"):

        def halve(x):
            return op(x.data * np.float64(0.5), (x,), lambda d: (d / 2,))

        halve(a)


def test_repr_shows_values_type_and_origin():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1. 2.], float32)"
    assert repr(leaf(1.0) * 2) == "Tensor([2.], float64, mul)"
