"""Modules of torch; skipped where there is no torch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import rlct  # noqa: E402
import rlct.torch  # noqa: E402

# small sums, which several threads slow down
torch.set_num_threads(1)

TANH = {
    "inputs": {"real": 1},
    "layers": [{"dense": {"outputs": 3}}, "tanh", {"dense": {"outputs": 1}}],
    "head": {"squared_error": {"variance": 1.0}},
}


def half_mse(outputs, targets):
    return 0.5 * torch.nn.functional.mse_loss(outputs, targets)


def data(dtype=torch.float64, n=200):
    torch.manual_seed(0)
    x = torch.randn(n, 1, dtype=dtype)
    return x, 0.5 * torch.tanh(x) + torch.randn(n, 1, dtype=dtype)


def net(dtype=torch.float64):
    torch.manual_seed(1)
    layers = torch.nn.Linear(1, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1)
    return torch.nn.Sequential(*layers).to(dtype)


def trained(dtype=torch.float64):
    x, y = data(dtype)
    model = net(dtype)
    optimiser = torch.optim.LBFGS(model.parameters(), max_iter=200)

    def closure():
        optimiser.zero_grad()
        loss = half_mse(model(x), y)
        loss.backward()
        return loss

    optimiser.step(closure)
    model.zero_grad(set_to_none=True)
    return model, x, y


SGLD = dict(
    sampler="sgld",
    step=1e-4,
    batch_size=20,
    chains=2,
    draws=100,
    burn_in=20,
    temperatures=1,
    seed=1,
)
HMC = dict(
    sampler="hmc", step=1e-3, leapfrog=3, nbeta=30.0, chains=3, draws=20, burn_in=5, seed=1
)


def test_the_module_is_left_untouched():
    model, x, y = trained(torch.float32)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    estimate = rlct.torch.llc(model, half_mse, (x, y), **SGLD)
    assert np.isfinite(estimate.value) and estimate.calls > 200
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert estimate.quantity == "energy"
    assert estimate.inverse_temperature == pytest.approx(200 / np.log(200))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("settings", [SGLD, HMC])
def test_threads_draw_the_same_bits(dtype, settings):
    model, x, y = trained(dtype)
    found = {
        rlct.torch.llc(model, half_mse, (x, y), threads=threads, **settings).value
        for threads in (1, 3, 2)
    }
    assert len(found) == 1


def test_the_gradient_is_a_copy():
    model, x, y = trained()
    loss = rlct.torch.ModuleLoss(model, half_mse, (x, y))
    w = loss.w_star()
    _, first = loss(w + 0.1)
    kept = first.copy()
    _, second = loss(w - 0.3)
    assert np.array_equal(first, kept) and not np.array_equal(first, second)
    value, gradient = loss(w)
    assert value == pytest.approx(loss.value(w), rel=1e-12)
    difference = (loss.value(w + 1e-6) - loss.value(w - 1e-6)) / 2e-6
    assert gradient.sum() == pytest.approx(difference, abs=1e-6)


def test_the_same_network_in_rust():
    model, x, y = trained()
    native = rlct.network(TANH, x.numpy(), y.numpy())
    loss = rlct.torch.ModuleLoss(model, half_mse, (x, y))
    w = native.flatten(model.state_dict())
    assert np.array_equal(w, loss.w_star())
    value, gradient = loss(w)
    assert value == pytest.approx(native(w)[0], rel=1e-12)
    assert gradient == pytest.approx(native(w)[1], rel=1e-9, abs=1e-12)
    # the same draws, up to how sums are rounded
    settings = {**SGLD, "draws": 50}
    a = rlct.torch.llc(model, half_mse, (x, y), **settings)
    b = rlct.llc(native, w, **settings)
    assert a.value == pytest.approx(b.value, rel=1e-6)


def test_lambda_by_default():
    model, x, y = trained()
    estimate = rlct.torch.llc(model, half_mse, (x, y), temperatures=3, budget=6_200)
    assert estimate.quantity == "learning_coefficient"
    assert estimate.details["least"]["least_loss"] == "fitted"
    assert 0 < estimate.value < 5


def test_datasets_and_loaders():
    model, x, y = trained()

    class Items(torch.utils.data.Dataset):
        def __len__(self):
            return len(x)

        def __getitem__(self, index):
            return x[index], y[index]

    tensors = rlct.torch.llc(model, half_mse, (x, y), **SGLD)
    for given in (
        torch.utils.data.TensorDataset(x, y),
        Items(),
        torch.utils.data.DataLoader(Items(), batch_size=7, shuffle=True),
    ):
        assert rlct.torch.llc(model, half_mse, given, **SGLD).value == tensors.value
    # a loader tells its size of batches, and its collate_fn is used
    seen = []

    def collate(items):
        seen.append(len(items))
        return torch.utils.data.default_collate(items)

    loader = torch.utils.data.DataLoader(Items(), batch_size=7, collate_fn=collate)
    settings = {name: value for name, value in SGLD.items() if name != "batch_size"}
    rlct.torch.llc(model, half_mse, loader, **settings)
    assert set(seen) == {7, 200} and seen.count(200) == 1

    class Endless(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter([])

    with pytest.raises(TypeError, match="map-style"):
        rlct.torch.llc(model, half_mse, Endless(), **SGLD)
    with pytest.raises(TypeError, match="data is"):
        rlct.torch.llc(model, half_mse, 3, **SGLD)
    with pytest.raises(ValueError, match="numbers of samples"):
        rlct.torch.llc(model, half_mse, (x, y[:-1]), **SGLD)


def test_an_evaluation_in_place_of_a_loss():
    model, x, y = trained()

    def evaluate(module, batch):
        inputs, targets = batch
        return half_mse(module(inputs), targets)

    a = rlct.torch.llc(model, None, (x, y), evaluate=evaluate, **SGLD)
    assert a.value == rlct.torch.llc(model, half_mse, (x, y), **SGLD).value
    with pytest.raises(TypeError, match="either"):
        rlct.torch.llc(model, half_mse, (x, y), evaluate=evaluate, **SGLD)


def test_what_is_random_is_refused():
    model, x, y = trained()
    noisy = torch.nn.Sequential(model, torch.nn.Dropout(0.1))
    with pytest.raises(ValueError, match="Dropout in train mode.*eval"):
        rlct.torch.llc(noisy, half_mse, (x, y), **SGLD)
    quiet = rlct.torch.llc(noisy.eval(), half_mse, (x, y), **SGLD)
    assert quiet.value == rlct.torch.llc(model, half_mse, (x, y), **SGLD).value
    normed = torch.nn.Sequential(model, torch.nn.BatchNorm1d(1).double())
    with pytest.raises(ValueError, match="BatchNorm1d in train mode"):
        rlct.torch.llc(normed, half_mse, (x, y), **SGLD)
    rlct.torch.llc(normed.eval(), half_mse, (x, y), **SGLD)


def test_frozen_parameters_stay():
    model, x, y = trained()
    model[0].requires_grad_(False)
    loss = rlct.torch.ModuleLoss(model, half_mse, (x, y))
    assert loss.w_star().shape == (4,)
    loss(loss.w_star() + 1.0)
    assert torch.equal(loss.model[0].weight, model[0].weight)
    model.requires_grad_(False)
    with pytest.raises(ValueError, match="requires a gradient"):
        rlct.torch.llc(model, half_mse, (x, y), **SGLD)


def test_what_does_not_fit_is_told():
    model, x, y = trained()
    with pytest.raises(ValueError, match="one number"):
        rlct.torch.llc(model, lambda a, b: (a - b) ** 2, (x, y), **SGLD)
    with pytest.raises(ValueError, match="model.double"):
        rlct.torch.llc(model, half_mse, (x, y), dtype=np.float32, **SGLD)
    with pytest.raises(ValueError, match="bfloat16"):
        rlct.torch.llc(net(torch.bfloat16), half_mse, (x, y), **SGLD)


def test_checkpoints_of_state_dicts(tmp_path):
    model, x, y = trained()
    path = tmp_path / "state.pt"
    torch.save(model.state_dict(), path)
    states = [net().state_dict(), path]
    along = rlct.torch.checkpoints(model, half_mse, (x, y), states, labels=[0, 1], **SGLD)
    assert along[1] == rlct.torch.llc(model, half_mse, (x, y), **SGLD)
    assert along[0].value != along[1].value
    start = rlct.torch.llc(net(), half_mse, (x, y), **SGLD)
    assert along[0].value == start.value


def test_digits_or_the_like_at_equal_draws():
    """Classification: λ̂ from torch is that of the native network, draw by draw."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 8))
    labels = (x[:, :4].argmax(axis=1)).astype(np.int64)
    described = {
        "inputs": {"real": 8},
        "layers": [{"dense": {"outputs": 6}}, "relu", {"dense": {"outputs": 4}}],
        "head": "cross_entropy",
    }
    native = rlct.network(described, x, labels)
    torch.manual_seed(2)
    model = torch.nn.Sequential(
        torch.nn.Linear(8, 6), torch.nn.ReLU(), torch.nn.Linear(6, 4)
    ).double()
    given = torch.from_numpy(x), torch.from_numpy(labels)
    w = native.flatten(model.state_dict())
    settings = dict(
        sampler="sgld", step=1e-5, batch_size=50, draws=100, burn_in=0, nbeta=20.0, seed=5
    )
    a = rlct.torch.llc(model, torch.nn.functional.cross_entropy, given, **settings)
    b = rlct.llc(native, w, **settings)
    assert a.value == pytest.approx(b.value, rel=1e-8)
