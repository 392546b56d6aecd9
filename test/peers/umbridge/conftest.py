"""Passes the options on that the conformance tests take, as UM-Bridge's own does."""


def pytest_addoption(parser):
    parser.addoption("--model_url", required=True)
    parser.addoption("--input_value", type=float, default=0.0)


def pytest_generate_tests(metafunc):
    for name in ("model_url", "input_value"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, [metafunc.config.getoption(name)])
