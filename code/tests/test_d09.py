import numpy as np
import pytest

from u30.gradcheck import numeric_gradient
from u30.nn import Linear
from u30.papers import d09_images, d09_inside, d09_spiral
from u30.papers.d09_headline import DEEP, DEPTHS, HALF, SHALLOW, headline
from u30.papers.d09_resnet import (
    BLOCKS,
    OPTIONS,
    Block,
    ResNet,
    Shortcut,
    basic,
    bottleneck,
    claims,
    in_use,
)
from u30.papers.d09_spiral import Nets, arm, evaluate, losses, spirals, start, train
from u30.tensor import Tensor, no_grad


@pytest.fixture(scope="module")
def result():
    return headline()


def rng(seed=0):
    return np.random.default_rng(seed)


def image(N=2, C=3, H=6, W=6, seed=0, requires_grad=False):
    return Tensor(rng(seed).standard_normal((N, C, H, W)), requires_grad)


def assert_gradients(loss, tensors):
    """The gradient of `loss()` with respect to each tensor, against central differences."""
    loss().backward()
    for tensor in tensors:
        kept = tensor.data

        def at(array, tensor=tensor):
            tensor.data = array
            with no_grad():
                return loss().item()

        want = numeric_gradient(at, kept)
        tensor.data = kept
        np.testing.assert_allclose(tensor.grad, want, rtol=1e-5, atol=1e-6)


# The headline experiment


def test_every_claim_of_day_9_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 8


def test_plain_and_residual_nets_start_from_the_same_weights_and_see_the_same_points(result):
    nets, x, k = start(4, d09_inside.ARMS, range(3))
    for p in nets.parameters():
        halves = p.data.reshape(2, -1)
        np.testing.assert_array_equal(*halves)
    np.testing.assert_array_equal(x[:3], x[3:])
    np.testing.assert_array_equal(k[:3], k[3:])
    assert not np.array_equal(x[0], x[1])
    for depth, run in result.spirals.items():
        assert run.depth == depth and run.curve.shape == (400, 2, 5)
        assert not np.array_equal(run.curve[:, 0], run.curve[:, 1])


def test_residual_nets_learn_to_tell_nearly_all_points_apart(result):
    for depth in (8, 16):
        assert result.spirals[depth].error["residual"].max() < 0.06
    assert result.spirals[32].error["plain"].min() > 0.3  # two thirds are wrong by guessing


def test_the_digit_nets_differ_only_in_their_shortcuts(result):
    plain, residual = (result.digits[DEEP, option][0].net for option in (None, "A"))
    assert plain.size == residual.size and plain.depth == residual.depth == 20
    assert all(len(runs) == 3 for runs in result.digits.values())
    assert result.digits[SHALLOW, None][0].losses[0] == pytest.approx(np.log(10), abs=0.7)


def test_images_of_new_writers_are_read_by_the_residual_net_far_better_than_by_guessing(result):
    assert all(run.test_error < 0.35 for run in result.digits[DEEP, "A"])


def test_after_bn_the_response_of_a_unit_is_as_large_as_its_gamma(result):
    run = result.spirals[4]
    nets = run.nets
    with no_grad():
        nets(Tensor(run.x))  # statistics of exactly these points
    for layer, response in zip(nets.pairs, nets.responses):
        gamma = np.abs(layer.bn.gamma.data).reshape(response.shape[:2])
        np.testing.assert_allclose(response.data.std(axis=2), gamma, rtol=2e-2, atol=2e-3)


# Blocks and shortcuts


@pytest.mark.parametrize("option", [None, *OPTIONS])
@pytest.mark.parametrize("make", BLOCKS.values(), ids=BLOCKS)
def test_the_gradients_of_a_block_agree_with_central_differences(make, option):
    block = make(rng(1), 4, 8, 2, option).astype(np.float64)
    x = image(3, 4, 4, 4, requires_grad=True)
    weights = rng(2).standard_normal((3, 8, 2, 2))

    assert_gradients(lambda: (block(x) * weights).sum(), [x, *block.parameters()])


@pytest.mark.parametrize("make", BLOCKS.values(), ids=BLOCKS)
def test_a_block_whose_branch_is_zero_passes_on_its_input(make):
    block = make(rng(), 8, 8, 1, "A").astype(np.float64)
    last = block.layers[-1].bn
    last.gamma.data = 0 * last.gamma.data
    x = image(2, 8)
    np.testing.assert_array_equal(block(x).data, np.maximum(x.data, 0))
    plain = Block(block.layers, None)
    assert not plain(x).data.any()


def test_a_block_without_its_shortcut_is_the_plain_block():
    residual, plain = (basic(rng(), 3, 6, 2, option) for option in ("A", None))
    x = Tensor(image().data.astype(np.float32))
    residual.shortcut = None
    np.testing.assert_array_equal(residual(x).data, plain(x).data)


def test_the_addition_comes_before_the_last_relu():
    block = basic(rng(), 3, 3, 1, "A").astype(np.float64)
    x = image()
    F_x = block.layers[1](block.layers[0](x).relu())
    np.testing.assert_allclose(block(x).data, np.maximum(F_x.data + x.data, 0))


@pytest.mark.parametrize("size", [4, 5])
def test_option_a_takes_every_second_pixel_and_adds_zeros_as_channels(size):
    x = image(2, 3, size, size)
    shortcut = Shortcut(rng(), 3, 8, 2, "A")
    y = shortcut(x).data
    half = (size + 1) // 2
    assert y.shape == (2, 8, half, half)
    np.testing.assert_array_equal(y[:, :3], x.data[:, :, ::2, ::2])
    assert not y[:, 3:].any()
    assert shortcut.parameters() == []


def test_option_b_projects_only_where_the_size_changes_and_option_c_always():
    for option, fits, changes in (("A", False, False), ("B", False, True), ("C", True, True)):
        assert (Shortcut(rng(), 8, 8, 1, option).W_s is not None) == fits
        assert (Shortcut(rng(), 8, 16, 2, option).W_s is not None) == changes


def test_he_weights_have_variance_two_over_fan_in():
    block = basic(rng(), 32, 64, 1, "A")
    for layer, fan_in in zip(block.layers, (32 * 9, 64 * 9)):
        assert layer.W.data.var() == pytest.approx(2 / fan_in, rel=0.05)


# The net for small images


@pytest.mark.parametrize(
    "n, depth, size", [(3, 20, 269_722), (5, 32, 464_154), (9, 56, 853_018), (18, 110, 1_727_962)]
)
def test_sizes_are_those_of_table_6(n, depth, size):
    net = ResNet(rng(), n)
    assert net.depth == depth
    assert net.size == size  # .27, .46, .85 and 1.7 million


def test_the_bottleneck_is_the_one_of_figure_5():
    def weights(block):
        return sum(layer.W.size for layer in block.layers)

    C = 256
    block = bottleneck(rng(), C, C, 1, "A")
    assert [layer.W.shape for layer in block.layers] == [
        (64, 256, 1, 1),
        (64, 64, 3, 3),
        (256, 64, 1, 1),
    ]
    assert weights(block) == 17 * C * C // 16
    assert weights(basic(rng(), 64, 64, 1, "A")) == 2 * 9 * 64 * 64


def test_a_bottleneck_halves_the_image_in_its_first_layer():
    block = bottleneck(rng(), 8, 16, 2, "B")
    assert [layer.stride for layer in block.layers] == [2, 1, 1]
    assert ResNet(rng(), 2, 8, "B", "bottleneck").depth == 20


def test_plain_nets_and_shortcuts_a_draw_the_same_weights():
    plain, residual = (ResNet(rng(5), 2, 4, option) for option in (None, "A"))
    for p, q in zip(plain.parameters(), residual.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_stages_halve_the_image_and_double_the_width():
    net = ResNet(rng(), 2, 4)
    x = net.first(Tensor(image(1, 3, 8, 8).data.astype(np.float32)))
    shapes = []
    for block in net.blocks:
        x = block(x)
        shapes.append(x.shape[1:])
    assert shapes == [(4, 8, 8)] * 2 + [(8, 4, 4)] * 2 + [(16, 2, 2)] * 2
    assert isinstance(net.last, Linear) and net.last.W.shape == (16, 10)


def test_a_block_agrees_with_pytorch():
    torch = pytest.importorskip("torch")
    block = basic(rng(), 3, 6, 2, "B").astype(np.float64)
    x = image(4, 3, 6, 6, requires_grad=True)
    d = rng(1).standard_normal((4, 6, 3, 3))
    block(x).backward(d)

    def conv_bn(layer, x):
        W = torch.tensor(layer.W.data, requires_grad=True)
        gamma, beta = (torch.tensor(p.data) for p in (layer.bn.gamma, layer.bn.beta))
        y = torch.nn.functional.conv2d(x, W, stride=layer.stride, padding=layer.padding)
        y = torch.nn.functional.batch_norm(y, None, None, gamma, beta, training=True)
        return y, W

    tx = torch.tensor(x.data, requires_grad=True)
    y, W1 = conv_bn(block.layers[0], tx)
    y, W2 = conv_bn(block.layers[1], y.relu())
    s, W_s = conv_bn(block.shortcut.W_s, tx)
    y = (y + s).relu()
    y.backward(torch.tensor(d))
    np.testing.assert_allclose(block(x).data, y.detach().numpy(), atol=1e-10)
    ours = (x, block.layers[0].W, block.layers[1].W, block.shortcut.W_s.W)
    for own, theirs in zip(ours, (tx, W1, W2, W_s), strict=True):
        np.testing.assert_allclose(own.grad, theirs.grad.numpy(), atol=1e-9)


# Nets side by side


def test_nets_side_by_side_are_trained_as_if_each_were_alone():
    together = train(4, d09_inside.ARMS, seeds=(3, 4), steps=12)
    for name, s in d09_inside.ARMS.items():
        for i, seed in enumerate((3, 4)):
            alone = train(4, {name: s}, seeds=(seed,), steps=12)
            column = together.curve[:, together.names.index(name), i]
            np.testing.assert_allclose(column, alone.curve[:, 0, 0], rtol=1e-3)
            np.testing.assert_allclose(together.loss[name][i], alone.loss[name][0], rtol=1e-3)


def test_a_net_does_not_see_its_neighbours():
    nets, x, k = start(4, {"residual": 1}, range(3))
    nets.astype(np.float64)
    x = Tensor(x.astype(np.float64), requires_grad=True)
    losses(nets(x), k)[1].backward()
    norms = np.abs(x.grad).sum(axis=(1, 2))
    assert norms[1] > 0 and norms[0] == norms[2] == 0


def test_the_gradients_of_nets_side_by_side_agree_with_central_differences():
    nets, x, k = start(4, {"plain": 0, "residual": 1}, [0], H=3)
    nets.astype(np.float64)
    nets.shortcuts = nets.shortcuts.astype(np.float64)
    x, k = x[:, :, :7].astype(np.float64), k[:, :7]

    assert_gradients(lambda: losses(nets(Tensor(x)), k).sum(), nets.parameters())


def test_the_loss_is_that_of_guessing_when_all_classes_look_alike():
    _, k = spirals(rng(), 30)
    guess = losses(Tensor(np.zeros((2, 30, 3))), np.stack([k, k]))
    np.testing.assert_allclose(guess.data, np.log(3))


def test_evaluation_uses_running_statistics_and_changes_none():
    run = train(2, {"plain": 0}, seeds=[0], steps=5)
    before = run.nets.state_dict()
    loss, _ = evaluate(run.nets, run.x, run.k)
    few, _ = evaluate(run.nets, run.x[:, :, :1], run.k[:, :1])  # one point has no variance
    assert np.isfinite(few).all() and loss[0] == run.loss["plain"][0]
    for name, array in run.nets.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert run.nets.training
    logits = in_use(run.nets, run.x)
    assert not logits.requires_grad and run.nets.training


def test_points_lie_on_three_equal_spirals():
    x, k = spirals(rng(), 900)
    assert x.shape == (3, 900) and x.dtype == np.float32
    assert np.all(x[2] == 1) and np.bincount(k).tolist() == [300] * 3
    turned = x[:2].T @ np.array([[-0.5, 3**0.5 / 2], [-(3**0.5) / 2, -0.5]], np.float32)  # by 120°
    for a in range(3):  # each spiral, turned by a third, lies on the next one
        far = np.abs(turned[k == a][:, None] - x[:2].T[k == (a + 1) % 3]).max(axis=2).min(axis=1)
        assert np.median(far) < 0.1


def test_a_depth_that_makes_no_whole_blocks_is_refused():
    for depth in (0, 3):
        with pytest.raises(ValueError, match="even number from 2 on"):
            arm(depth, 1)
    with pytest.raises(ValueError, match="need 3 generators, but got 1"):
        Nets([rng()], np.ones((2, 3)))


# Inside


def test_gradient_norms_are_those_of_a_nudged_state():
    norms = d09_inside.gradient_norms(4, range(2))
    assert set(norms) == {"plain", "residual"}
    assert all(value.shape == (3, 2) for value in norms.values())
    nets, x, k = start(4, d09_inside.ARMS, range(2))
    loss = losses(nets(Tensor(x)), k)[0]  # one net alone: nothing comes from the others
    for h in nets.states:
        h.retain_grad()
    loss.backward()
    alone = [np.linalg.norm(h.grad[0]) for h in nets.states]
    np.testing.assert_allclose(norms["plain"][:, 0], alone / alone[-1], rtol=1e-4)


def test_without_batch_normalisation_plain_gradients_do_not_explode():
    with_bn = d09_inside.gradient_norms(32)["plain"][0]
    without = d09_inside.gradient_norms(32, norm=False)["plain"][0]
    assert np.all(without * 20 < with_bn)


def test_lesions_leave_the_net_as_it_was():
    run = train(4, d09_inside.ARMS, seeds=[0], steps=20)
    before, shortcuts = run.nets.state_dict(), run.nets.shortcuts.copy()
    found = {kind: d09_inside.lesions(run, kind) for kind in d09_inside.LESIONS}
    assert all(loss.shape == (2, 1) for arms in found.values() for loss in arms.values())
    for name, array in run.nets.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    np.testing.assert_array_equal(run.nets.shortcuts, shortcuts)
    np.testing.assert_allclose(found["cut"]["plain"][:, 0], run.loss["plain"][0])  # none to cut


def test_a_bypassed_block_passes_on_its_state():
    run = train(4, d09_inside.ARMS, seeds=[0], steps=20)
    d09_inside.bypass(run.nets, 1)
    evaluate(run.nets, run.x, run.k)
    _, before, after = run.nets.states
    np.testing.assert_array_equal(before.data, after.data)
    d09_inside.cut(run.nets, 1)
    evaluate(run.nets, run.x, run.k)
    assert not run.nets.states[-1].data.any()


def test_a_deeper_net_with_identity_layers_is_as_good_as_the_shallow_one(result):
    run = result.spirals[8]
    deeper = d09_inside.deepened(run, blocks=4)
    assert len(deeper.pairs) == 16
    loss, _ = evaluate(deeper, run.x, run.k)
    np.testing.assert_allclose(run.of("plain", loss), run.loss["plain"], rtol=1e-4)
    np.testing.assert_array_equal(evaluate(run.nets, run.x, run.k)[0][:5], run.loss["plain"])


def test_early_blocks_of_a_deep_residual_net_are_missed_more_than_late_ones(result):
    found = d09_inside.lesions(result.spirals[16], "bypass")["residual"]
    assert np.all(found[0] > 2 * found[-1])
    assert np.all(found > result.loss(16, "residual"))


def test_the_grid_is_read_row_by_row_from_below():
    run = train(2, {"plain": 0}, seeds=[0], steps=1)
    logits = d09_inside.logits_on_grid(run, 3, edge=1.0)
    points = [(u, v, 1) for v in (-1, 0, 1) for u in (-1, 0, 1)]
    x = np.array(points, np.float32).T[None]
    run.nets.eval()
    np.testing.assert_allclose(logits, run.nets(Tensor(x)).data, atol=1e-6)


# Training


def test_training_on_digits_stops_when_asked():
    run = d09_images.train(1, steps=50, after_step=lambda run: run.steps == 3)
    assert run.interrupted and run.steps == 3 and np.isfinite(run.train_loss)


def test_training_moves_every_parameter():
    for option in (None, "C"):
        net = d09_images.train(1, option, steps=2).net
        first = ResNet(np.random.default_rng((0, 1)), 1, 4, option, channels=1)
        for (name, p), q in zip(net.named_parameters(), first.parameters(), strict=True):
            assert not np.array_equal(p.data, q.data), name


def test_test_images_are_those_of_other_writers():
    (x, _), (new, _) = d09_images.images()
    assert len(x) == 1500 and len(new) == 297 and x.shape[1:] == (1, 8, 8)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)


def test_the_experiment_uses_the_depths_of_the_page():
    assert DEPTHS == (2, 4, 8, 16, 32)
    assert all(sum(shortcuts) == 4 for shortcuts in HALF.values())
    assert d09_spiral.ARMS == 3
