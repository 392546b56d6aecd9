"""UM-Bridge's client for Python drives graphs as models."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests
import umbridge

X = [1.0, 2.0]
Y = [1.0, 0.0, 3.0, -1.0]


@pytest.fixture
def pair(service):
    return umbridge.HTTPModel(service.url, "pair")


def test_models_are_listed(service):
    graph = service.put("same", {"inputs": [{"name": "x", "shape": [4]}], "outputs": ["x"]})
    models = umbridge.supported_models(service.url)
    assert models[0] == "pair" and "same" in models and graph in models
    assert umbridge.HTTPModel(service.url, graph)([[1, 2, 3, 4]]) == [[1, 2, 3, 4]]
    with pytest.raises(Exception, match="not supported by server"):
        umbridge.HTTPModel(service.url, "nothing")


def test_sizes_and_features(pair):
    assert pair.get_input_sizes() == [2, 4]
    assert pair.get_output_sizes() == [1, 3]
    assert pair.supports_evaluate() and pair.supports_gradient()
    assert pair.supports_apply_jacobian() and pair.supports_apply_hessian()


def test_a_path_with_a_slash_at_its_end(service):
    assert umbridge.HTTPModel(service.url + "/", "pair")([X, Y]) == [[2], [1, 1, 1]]


def test_values_are_those_of_our_own_methods(service, pair):
    at = {"x": X, "y": [Y[:2], Y[2:]]}
    assert pair([X, Y]) == [[2], [1, 1, 1]]
    jacobian = service.call("jacobian", graph="pair", inputs=at)["jacobian"]
    rows = np.reshape(jacobian["v"]["y"], (3, 4))
    assert pair.gradient(1, 1, [X, Y], [1, -2, 3]) == pytest.approx(np.array([1, -2, 3]) @ rows)
    assert pair.apply_jacobian(1, 1, [X, Y], [1, 2, 3, 4]) == pytest.approx(rows @ [1, 2, 3, 4])
    hessian = service.call("hessian", graph="pair", inputs=at, of=["s"])["hessian"]
    block = np.reshape(hessian["x"]["y"], (2, 4))
    assert pair.apply_hessian(0, 0, 1, [X, Y], [2], [1, 2, 3, 4]) == pytest.approx(2 * block @ [1, 2, 3, 4])
    assert pair.apply_hessian(0, 1, 0, [X, Y], [2], [1, 2]) == pytest.approx(2 * block.T @ [1, 2])


def test_every_finite_double_survives(service):
    service.put("same", {"inputs": [{"name": "x", "shape": [4]}], "outputs": ["x"]})
    values = [5e-324, 1e300, 2.0**53 + 2, np.float64(0.1)]
    assert umbridge.HTTPModel(service.url, "same")([values]) == [values]


def test_config_fixes_inputs(pair):
    config = {"x": X}
    assert pair.get_input_sizes(config) == [4]
    assert pair([Y], config) == [[2], [1, 1, 1]]
    with pytest.raises(Exception, match='InvalidInput: "config" member "z"'):
        pair([X, Y], {"z": 1})


def test_errors_are_told_by_type_and_message(service, pair):
    with pytest.raises(Exception, match='of type InvalidInput: input 1 \\("y"\\): expected 4 elements'):
        pair([X, X])
    with pytest.raises(Exception, match="of type InvalidInput"):
        pair.gradient(2, 0, [X, Y], [1])
    service.put("log", {"expression": "log(x)"})
    with pytest.raises(Exception, match="of type InvalidOutput: .*element 0: the value is -Infinity"):
        umbridge.HTTPModel(service.url, "log")([[0]])


def test_shared_memory_is_not_there(service, capsys):
    model = umbridge.HTTPModel(service.url, "pair", use_shmem=True)
    assert "Using HTTP instead" in capsys.readouterr().out
    assert model([X, Y]) == [[2], [1, 1, 1]]


def test_many_threads(pair):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: pair([[i, 2 * i], Y])[1][2], range(200)))
    assert answers == list(range(200))


def test_head_is_answered(service):
    assert requests.head(service.url).status_code < 500
    assert requests.head(f"{service.url}/Evaluate").status_code == 200
