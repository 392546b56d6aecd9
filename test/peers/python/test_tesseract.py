"""Tesseract's SDK drives graphs."""

import numpy as np
import pytest
from pydantic import ValidationError
from tesseract_core import Tesseract

GRAPH = {
    "inputs": [
        {"name": "x", "shape": [3]},
        {"name": "b.x"},
        {"name": "f", "shape": [2], "dtype": "float32"},
        {"name": "n", "dtype": "int32"},
    ],
    "nodes": [
        {"id": "z", "op": "vecdot", "args": ["x", "x"]},
        {"id": "zb", "op": "multiply", "args": ["z", "b.x"]},
        {"id": "total", "op": "sum", "args": ["f"]},
        {"id": "w", "op": "multiply", "args": ["total", "x"]},
    ],
    "outputs": [{"name": "a-y", "node": "zb"}, "w", {"name": "g", "node": "f", "dtype": "float32"}, "n"],
}
INPUTS = {"x": np.array([1.0, 2.0, 3.0]), "b.x": 2.0, "f": np.array([1, 2], np.float32), "n": 3}


@pytest.fixture(scope="module")
def tesseract(service):
    service.put("t", GRAPH)
    return Tesseract.from_url(f"{service.url}/tesseract/t")


def check(actual, expected, dtype):
    assert actual.dtype == dtype and actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-15)


def test_endpoints_and_encodings(tesseract):
    assert sorted(tesseract.available_endpoints) == [
        "abstract_eval",
        "apply",
        "health",
        "jacobian",
        "jacobian_vector_product",
        "vector_jacobian_product",
    ]
    assert tesseract.health() == {"status": "ok"}
    capabilities = tesseract.server_capabilities
    assert capabilities.output_formats == ("json", "json+base64")
    assert capabilities.gpu_transports == ("none",) and capabilities.compressions == ("none",)


@pytest.mark.parametrize("output_format", [None, "json", "json+base64"])
def test_apply(tesseract, output_format):
    client = tesseract.with_encoding(output_format=output_format) if output_format else tesseract
    out = client.apply(INPUTS)
    check(out["a-y"], 28, np.float64)
    check(out["w"], [3, 6, 9], np.float64)
    check(out["g"], [1, 2], np.float32)
    check(out["n"], 3, np.int32)


def test_values_that_json_has_no_number_for(tesseract):
    odd = {**INPUTS, "x": np.array([np.nan, np.inf, -np.inf])}
    for output_format in ("json", "json+base64"):
        out = tesseract.with_encoding(output_format=output_format).apply(odd)
        np.testing.assert_array_equal(out["w"], [np.nan, np.inf, -np.inf])


def test_derivatives(tesseract):
    jacobian = tesseract.jacobian(INPUTS, ["x", "f"], ["a-y", "w"])
    check(jacobian["a-y"]["x"], [4, 8, 12], np.float64)
    check(jacobian["w"]["x"], 3 * np.eye(3), np.float64)
    check(jacobian["w"]["f"], [[1, 1], [2, 2], [3, 3]], np.float64)
    tangents = {"x": np.array([1.0, 0, 0]), "f": np.array([1.0, 0], np.float32)}
    out = tesseract.jacobian_vector_product(INPUTS, ["x", "f"], ["w", "g"], tangents)
    check(out["w"], [4, 2, 3], np.float64)
    check(out["g"], [1, 0], np.float32)
    back = tesseract.vector_jacobian_product(INPUTS, ["x", "f"], ["w"], {"w": np.array([1.0, 0, 1])})
    check(back["x"], [3, 0, 3], np.float64)
    check(back["f"], [4, 4], np.float32)


def test_shapes_without_values(tesseract):
    abstract = {name: {"shape": np.shape(value), "dtype": "float64"} for name, value in INPUTS.items()}
    out = tesseract.abstract_eval(abstract)
    assert out["w"] == {"shape": [3], "dtype": "float64"}
    out = tesseract.abstract_eval({**abstract, "x": {"shape": [5, 3], "dtype": "float32"}})
    assert out["a-y"] == {"shape": [5], "dtype": "float64"}


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "int16", "int32", "int64", "uint8", "uint64", ">f8", "bool"])
def test_every_dtype_whose_values_are_kept(tesseract, dtype):
    check(tesseract.apply({**INPUTS, "x": np.array([1, 0, 1], dtype)})["w"], [3, 0, 3], np.float64)
    check(tesseract.apply({**INPUTS, "n": np.array(1, dtype)})["n"], 1, np.int32)


def test_views_that_are_not_contiguous(tesseract):
    grid = np.asfortranarray(np.arange(12.0).reshape(4, 3))
    check(tesseract.apply({**INPUTS, "x": grid})["w"], 3 * grid, np.float64)
    check(tesseract.apply({**INPUTS, "x": grid[::-2]})["w"], 3 * grid[::-2], np.float64)


def test_faults_are_all_told(tesseract):
    with pytest.raises(ValidationError) as told:
        tesseract.jacobian({"x": [1.0, 2.0], "z": 1, "b.x": 2.0, "f": [1, 2]}, ["n"], [])
    kinds = sorted((error["type"], error["loc"][-1]) for error in told.value.errors())
    assert kinds == [
        ("array_shape_mismatch", "x"),
        ("extra_forbidden", "z"),
        ("literal_error", "jac_inputs"),
        ("missing", "n"),
        ("too_short", "jac_outputs"),
    ]


def test_unknown_names(service):
    with pytest.raises(RuntimeError, match="Error 404 from Tesseract"):
        Tesseract.from_url(f"{service.url}/tesseract/nothing").apply({})


def test_a_graph_without_derivatives(service):
    graph = service.put("whole", {"inputs": [{"name": "i", "dtype": "int32"}], "outputs": ["i"]})
    whole = Tesseract.from_url(f"{service.url}/tesseract/{graph}")
    assert int(whole.apply({"i": 5})["i"]) == 5
    with pytest.raises(NotImplementedError):
        whole.jacobian({"i": 5}, ["i"], ["i"])
