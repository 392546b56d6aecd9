package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
)

func main() {
	client := must(NewClientWithResponses(cmp.Or(os.Getenv("COTANGENT_URL"), "http://127.0.0.1:3000")))
	ctx := context.Background()
	formula := from[Graph](`{"expression": "log(x1) + x1*x2 - sin(x2)"}`)
	point := from[TensorMap](`{"x1": 2, "x2": 5}`)

	standard := must(client.GradientWithResponse(ctx, GradientParams{Graph: formula, Inputs: &point})).JSON200
	y, slopes := to[float64](standard.Outputs["y"]), standard.Gradient
	fmt.Printf("standard example: %v, %v, %v\n", y, to[float64](slopes["x1"]), to[float64](slopes["x2"]))

	squares := from[Graph](`{
		"inputs": [{"name": "x", "shape": [3]}],
		"nodes": [{"id": "s", "op": "square", "args": ["x"]}, {"id": "y", "op": "sum", "args": ["s"]}],
		"outputs": ["y"]}`)
	inputs := from[TensorMap](`{"x": [1, 2, 3]}`)
	document := must(client.GradientWithResponse(ctx, GradientParams{Graph: squares, Inputs: &inputs})).JSON200
	x := to[[3]float64](document.Gradient["x"])
	fmt.Printf("graph document: %v, %v, %v, %v\n", to[float64](document.Outputs["y"]), x[0], x[1], x[2])

	points := GradientParams{Graph: from[Graph](`{"expression": "x^2"}`), Inputs: &inputs, Batch: new(int64)}
	*points.Batch = 3
	x = to[[3]float64](must(client.GradientWithResponse(ctx, points)).JSON200.Gradient["x"])
	fmt.Printf("batch: %v, %v, %v\n", x[0], x[1], x[2])

	params := JacobianParams{Graph: formula, Inputs: &point}
	params.Layout, params.Encoding = ptr(JacobianParamsLayoutMatrix), ptr(JacobianParamsEncodingBase64)
	matrix := to[struct{ Data string }](must(client.JacobianWithResponse(ctx, params)).JSON200.Jacobian)
	bytes := must(base64.StdEncoding.DecodeString(matrix.Data))
	double := func(at int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(bytes[at:])) }
	fmt.Printf("base64: %v, %v\n", double(0), double(8))

	wrong := from[Graph](`{"nodes": [{"id": "v1", "op": "nothing", "args": [1]}], "outputs": ["v1"]}`)
	problem := must(client.EvaluateWithResponse(ctx, EvaluateParams{Graph: wrong})).ApplicationproblemJSON422
	fmt.Printf("error: %v, node %v\n", problem.Type, *problem.Data.Node)

	submission := from[JobSubmitJSONRequestBody](`{
		"method": "gradient",
		"params": {"graph": {"expression": "x^2"}, "inputs": {"x": [1, 2, 3]}, "batch": 3}}`)
	job := from[JobSubmitResult](string(must(client.JobSubmitWithResponse(ctx, nil, submission)).Body)).Job
	state := JobStateQueued
	for state == JobStateQueued || state == JobStateRunning {
		told := must(client.JobStatusWithResponse(ctx, JobStatusJSONRequestBody{Job: job, Wait: ptr(10.0)}))
		state = JobState(told.JSON200.State)
	}
	answer := must(client.JobResultWithResponse(ctx, JobResultJSONRequestBody{Job: job})).Body
	x = from[struct{ Gradient struct{ X [3]float64 } }](string(answer)).Gradient.X
	fmt.Printf("job: %v, %v, %v\n", x[0], x[1], x[2])
}

// from reads JSON as one of the generated types, whose unions have no literals; to reads a union as what it holds.
func from[T any](text string) (value T) {
	must(0, json.Unmarshal([]byte(text), &value))
	return value
}

func to[T any](union json.Marshaler) (value T) {
	must(0, json.Unmarshal(must(union.MarshalJSON()), &value))
	return value
}

func ptr[T any](value T) *T { return &value }

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
