"""The served instance that the clients drive, and how graphs are put there."""

import json
import os
from pathlib import Path

import pytest
import requests

here = Path(__file__).parent
PAIR = json.loads((here.parent / "pair.json").read_text())


class Service:
    def __init__(self, url):
        self.url = url

    def call(self, method, **params):
        response = requests.post(f"{self.url}/v1/{method}", json=params)
        assert response.ok, response.text
        return response.json()

    def put(self, alias, graph):
        return self.call("graph.put", graph=graph, alias=alias)["graph"]


@pytest.fixture(scope="session")
def service():
    served = Service(os.environ["COTANGENT_URL"])
    served.put("pair", PAIR)
    return served
