import base64
import os
import struct

from cotangent_client import Client
from cotangent_client.api.methods import evaluate, gradient, jacobian, job_result, job_status, job_submit
from cotangent_client.models import (
    EvaluateParams,
    GradientParams,
    GraphDocument,
    GraphFormula,
    JacobianParams,
    JacobianParamsEncoding,
    JacobianParamsLayout,
    JobCallParams,
    JobResultParams,
    JobStatusParams,
    JobSubmitParams,
    JobSubmitParamsMethod,
    Problem,
    TensorMap,
)

client = Client(base_url=os.environ.get("COTANGENT_URL", "http://127.0.0.1:3000"))
formula = GraphFormula(expression="log(x1) + x1*x2 - sin(x2)")
point = TensorMap.from_dict({"x1": 2, "x2": 5})

answer = gradient.sync(client=client, body=GradientParams(graph=formula, inputs=point))
print(f"standard example: {answer.outputs['y']}, {answer.gradient['x1']}, {answer.gradient['x2']}")

squares = GraphDocument.from_dict(
    {
        "inputs": [{"name": "x", "shape": [3]}],
        "nodes": [{"id": "s", "op": "square", "args": ["x"]}, {"id": "y", "op": "sum", "args": ["s"]}],
        "outputs": ["y"],
    }
)
inputs = TensorMap.from_dict({"x": [1, 2, 3]})
answer = gradient.sync(client=client, body=GradientParams(graph=squares, inputs=inputs))
print(f"graph document: {answer.outputs['y']}, {', '.join(map(str, answer.gradient['x']))}")

points = GradientParams(graph=GraphFormula(expression="x^2"), inputs=inputs, batch=3)
answer = gradient.sync(client=client, body=points)
print(f"batch: {', '.join(map(str, answer.gradient['x']))}")

params = JacobianParams(
    graph=formula, inputs=point, layout=JacobianParamsLayout.MATRIX, encoding=JacobianParamsEncoding.BASE64
)
matrix = jacobian.sync(client=client, body=params).jacobian
print("base64: {}, {}".format(*struct.unpack("<2d", base64.b64decode(matrix.data))))

wrong = GraphDocument.from_dict({"nodes": [{"id": "v1", "op": "nothing", "args": [1]}], "outputs": ["v1"]})
problem = evaluate.sync(client=client, body=EvaluateParams(graph=wrong))
assert isinstance(problem, Problem)
print(f"error: {problem.type_.value}, node {problem.data.node}")

params = JobCallParams.from_dict(points.to_dict())
job = job_submit.sync(client=client, body=JobSubmitParams(method=JobSubmitParamsMethod.GRADIENT, params=params)).job
told = job_status.sync(client=client, body=JobStatusParams(job=job))
while told.state.value in ("queued", "running"):
    told = job_status.sync(client=client, body=JobStatusParams(job=job, wait=10))
answer = job_result.sync(client=client, body=JobResultParams(job=job))
print(f"job: {', '.join(map(str, answer['gradient']['x']))}")
