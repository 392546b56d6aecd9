#[allow(clippy::all)]
mod cotangent {
    include!(concat!(env!("OUT_DIR"), "/cotangent.rs"));
}

use base64::{engine::general_purpose::STANDARD, Engine};
use cotangent::types::{EvaluateParams, GradientParams, Graph, JacobianParams, JobResultParams, JobStatusParams};
use cotangent::types::{JobStatusResultState, JobSubmitParams, Problem, TensorMap};
use futures_util::TryStreamExt;
use serde_json::{json, Value};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Fallible<()> {
    let url = std::env::var("COTANGENT_URL").unwrap_or("http://127.0.0.1:3000".into());
    let client = cotangent::Client::new(&url);
    let formula = json!({ "expression": "log(x1) + x1*x2 - sin(x2)" });
    let point = json!({ "x1": 2, "x2": 5 });

    let params: GradientParams = from(json!({ "graph": formula, "inputs": point }))?;
    let standard = client.gradient(&params).await?.into_inner();
    println!("standard example: {}, {}, {}", shown(&standard.outputs, "y"), shown(&standard.gradient, "x1"), shown(&standard.gradient, "x2"));

    let squares = json!({
        "inputs": [{ "name": "x", "shape": [3] }],
        "nodes": [{ "id": "s", "op": "square", "args": ["x"] }, { "id": "y", "op": "sum", "args": ["s"] }],
        "outputs": ["y"]
    });
    let inputs = json!({ "x": [1, 2, 3] });
    let params: GradientParams = from(json!({ "graph": squares, "inputs": inputs }))?;
    let document = client.gradient(&params).await?.into_inner();
    println!("graph document: {}, {}", shown(&document.outputs, "y"), shown(&document.gradient, "x"));

    let params: GradientParams = from(json!({ "graph": { "expression": "x^2" }, "inputs": inputs, "batch": 3 }))?;
    println!("batch: {}", shown(&client.gradient(&params).await?.gradient, "x"));

    let asked = json!({ "graph": formula, "inputs": point, "layout": "matrix", "encoding": "base64" });
    let params: JacobianParams = from(asked)?;
    let matrix = client.jacobian(&params).await?.into_inner().jacobian;
    let bytes = STANDARD.decode(matrix["data"].as_str().unwrap())?;
    let doubles: Vec<String> =
        bytes.chunks(8).map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap()).to_string()).collect();
    println!("base64: {}", doubles.join(", "));

    let wrong = json!({ "nodes": [{ "id": "v1", "op": "nothing", "args": [1] }], "outputs": ["v1"] });
    let graph: Graph = from(wrong)?;
    let error = client.evaluate(&from::<EvaluateParams>(json!({ "graph": graph }))?).await.unwrap_err();
    let cotangent::Error::ErrorResponse(answer) = error else { return Err(error.into()) };
    let body: Vec<u8> = answer.into_inner_stream().map_ok(|bytes| bytes.to_vec()).try_concat().await?;
    let problem: Problem = serde_json::from_slice(&body)?;
    println!("error: {}, node {}", problem.type_, problem.data.node.unwrap());

    let call = json!({ "graph": { "expression": "x^2" }, "inputs": inputs, "batch": 3 });
    let submission: JobSubmitParams = from(json!({ "method": "gradient", "params": call }))?;
    let job = client.job_submit(None, &submission).await?.into_inner().job;
    let status: JobStatusParams = from(json!({ "job": job, "wait": 10 }))?;
    let running = [JobStatusResultState::Queued, JobStatusResultState::Running];
    while running.contains(&client.job_status(&status).await?.state) {}
    let result = client.job_result(&from::<JobResultParams>(json!({ "job": job }))?).await?.into_inner();
    println!("job: {}", shown(&from(result["gradient"].clone())?, "x"));
    Ok(())
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> Fallible<T> {
    Ok(serde_json::from_value(value)?)
}

fn shown(tensors: &TensorMap, name: &str) -> String {
    let text = json!(tensors[name]).to_string();
    text.trim_matches(['[', ']']).replace(',', ", ")
}
