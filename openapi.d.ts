export interface paths {
    "/v1/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The outputs of a graph.
         * @description Runs a graph on its inputs, at one point or at a batch of points.
         */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jvp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Jacobian-vector products J·v, in forward mode.
         * @description Pushes tangents of inputs to the outputs. A seed holds a tangent for each input that it names, of the input's shape; absent ones are zero. A list of seeds gives as many products in one call.
         */
        post: operations["jvp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vjp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vector-Jacobian products uᵀ·J, in reverse mode.
         * @description Pulls cotangents of outputs back to the inputs. A seed holds a cotangent for each output that it names, of the output's shape; absent ones are zero. A list of seeds gives as many products in one call.
         */
        post: operations["vjp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gradient": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The gradient of a scalar output.
         * @description One reverse sweep, whatever the number of inputs. `of` must leave exactly one output, of shape [].
         */
        post: operations["gradient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jacobian": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whole Jacobians, in the cheaper mode.
         * @description All derivatives of all outputs in `of` by all inputs in `wrt`. In layout `blocks`, `jacobian[output][input]` has the output's shape followed by the input's; in layout `matrix` outputs and inputs are flattened and laid end to end, and `rowRanges` and `columnRanges` tell where each is. `mode` `auto` takes the mode with fewer counted operations, and `plan` tells which and why. With `format` `coo` or `csr` matrices are sparse, and tensors flattened into their rows and columns; sums of seeds are swept, one for each colour of the sparsity pattern, and dense answers are computed so too where it counts fewer operations.
         */
        post: operations["jacobian"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hvp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hessian-vector products H·v of a scalar output, forward over reverse.
         * @description The directional derivative of the gradient: `hvp[a]` is the sum over the inputs b in `wrt` of H_ab · seed_b. Costs a small multiple of one gradient, however many inputs there are.
         */
        post: operations["hvp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hessian": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The Hessian of a scalar output, forward over reverse.
         * @description All second derivatives of one output of shape []. In layout `blocks`, `hessian[a][b]` has the shape of input a followed by that of input b; in layout `matrix` the inputs are flattened and laid end to end. With `format` `coo` or `csr` matrices are sparse; one product is taken for each colour of a star colouring of the sparsity pattern.
         */
        post: operations["hessian"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/numerical": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Derivatives by finite differences, with an error estimate for every entry.
         * @description A Jacobian, Jacobian-vector products or the gradient of a scalar output by forward, backward or central differences, laid out as `jacobian`, `jvp` and `gradient` lay them out; `errors` has an estimate for each entry, laid out alike: truncation, from the same quotient at 0.6 of the step, plus rounding; Infinity where there is nothing to estimate from. Unless `step` is given it is first eps^(1/3) max(|x|, 1) for central and eps^(1/2) max(|x|, 1) for one-sided differences, x being the scalar that is moved; along a seed, x is the largest scalar that it moves and the step is divided by the largest scalar of the seed. Where the estimated error is more than 1e-7 of the value (1e-5 one-sided), steps of all magnitudes are tried, and each entry is the quotient whose estimate is best and whose neighbour agrees. For exact derivatives use the other methods: this one is there to compare with.
         */
        post: operations["numerical"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The gradient check: are the derivatives of this graph at this point right?
         * @description Three tests. The adjoint identity ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ at random u and v holds forward mode against reverse mode. The Taylor test holds forward mode against the function: |uᵀf(x + h v) - uᵀf(x) - h uᵀJ v| falls as h² when J is right and as h when it is not; it looks at a range of h, so there is no step to choose. And every entry is compared with central differences within ten times their estimated error; each step is chosen from the function and the point unless `step` is given. Where a graph has one mode only, the first test is left out. `verdict` is `failed` when a test fails that no kink explains, `inconclusive` when something could not be decided: at a kink, where a derivative or a value beside the point is not finite, or behind stop_gradient; `warnings` say what and where.
         */
        post: operations["check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One Jacobian by every method: manual, numerical, symbolic, forward and reverse mode.
         * @description Computes a Jacobian at one point by the graph's own `derivatives` where it has any, by differences in three schemes, by the formulas of `symbolic` (or the simplified derivative, written out, where that method has none), and by forward and reverse mode, and tells of each the values, the error, what it took and how long. The reference, which is exact to rounding, is reverse mode, or forward mode where a graph has no reverse mode; a row of a mode that it has not is absent. Manual derivatives are only checked here: no method uses them. The row `symbolic` is absent where the formula, a row of the Jacobian after the other, would be very large.
         */
        post: operations["compare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Every step of an evaluation: values, tangents forward, adjoints backward, as in textbooks.
         * @description For each input, named or larger constant, and node, in the order in which they are computed: its formula, its value, its tangent when there is a `seed`, and its adjoint with the products that add up to it. `reverse` has the names in the order of the reverse sweep. Nodes have the names of the document that was sent, else `v1`, `v2`, … or, when it was sent by id, those of `graph.get`. A loop is one row, which `depth` opens: the nodes of each step with their values, called as `graph.get` calls those of functions. For small graphs: the limits are `traceNodes` and `traceElements`.
         */
        post: operations["trace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/symbolic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Derivatives as formulas: as text, in LaTeX, and as graphs that can be sent back.
         * @description The derivative of each output by each input, simplified, of the output's shape followed by the input's; where each element of an output depends on the same element of the input alone, only these derivatives, `diagonal`, in the shape of both; parts that occur several times are named once, so that a formula stays as long as its graph is large. `text` is a formula that a graph may hold, with all inputs in `inputs`, by the names of the `legend` where there is one; it is read as the graph of `document`, but that its output is called `y`. Values agree with `jacobian` to rounding wherever the formula is defined; where an infinite slope meets a zero, only `jacobian` gives 0. The limit `symbolicNodes` holds for all formulas of a call together.
         */
        post: operations["symbolic"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How a call would be computed, and what it would cost, without running it.
         * @description Compiles what the method would compile and answers the plan, whether it was compiled already, and the bytes that a run would hold. Methods that take seeds are explained for one seed.
         */
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph.put": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks and keeps a graph, and answers its id.
         * @description Later calls may name the graph by its id instead of sending it. Equal graphs have one id, however they were written. A graph that is not used may be evicted; sending it again heals that. One that has an alias is not evicted, and calls may send the alias in its place; put again with another graph, the alias moves to that.
         */
        post: operations["graphPut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The canonical document of a graph that the service keeps, or the graph as a formula.
         * @description Nodes are called `n1`, `n2`, … in canonical order; labels are gone. As a formula only what occurs several times is named. Sent back, either has the same id. A formula that would be longer than what is read passes the limit `formulaLength`.
         */
        post: operations["graphGet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The graphs that the service keeps.
         * @description In the order of their ids, page by page. Served only with GRAPH_ADMIN. Where keys are needed, for the scope `admin`.
         */
        post: operations["graphList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forgets a graph, its names and its programs.
         * @description Served only with GRAPH_ADMIN. Where keys are needed, for the scope `admin`.
         */
        post: operations["graphDelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accepts a call at many points, or many calls, to be computed apart from any connection.
         * @description Either `method` and its `params`, or `calls`. All that the method itself would refuse is refused here, before anything is kept; once a job is answered, it ends, whatever is killed. On `/v1` the answer is 202, or 200 where the idempotency key is known. Where keys are needed, for the scope `jobs`.
         */
        post: operations["jobSubmit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How far a job is.
         * @description With `wait` it answers once the state has changed, or the time is over. Where keys are needed, for the scope `jobs` or `admin`.
         */
        post: operations["jobStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The answer of a job, or that of some of its points.
         * @description What the method itself answers for all points, or `results` of calls: `[{key?, result | error}]`. Points of chunks that failed are NaN. What is too long for one answer is had from `GET /v1/jobs/{job}/result`, which `data.href` of the error names. Where keys are needed, for the scope `jobs` or `admin`.
         */
        post: operations["jobResult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends a job early.
         * @description Its state is `cancelling` until its running chunks have stopped. What has been computed stays. A job that has ended is answered as it is. Where keys are needed, for the scope `jobs` or `admin`.
         */
        post: operations["jobCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The caller's jobs, newest first.
         * @description Page by page. Who may administrate is shown those of all tenants. Jobs that are added meanwhile change no page that follows. Where keys are needed, for the scope `jobs` or `admin`.
         */
        post: operations["jobList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forgets a job that has ended, and all that was kept for it.
         * @description A job that has not ended is to be cancelled first. Where keys are needed, for the scope `jobs` or `admin`.
         */
        post: operations["jobDelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * All operators, or those of a name or family, with attributes, derivative, kinks and cost.
         * @description What a graph's nodes may apply. An operator of just the name comes first.
         */
        post: operations["operators"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rpc.discover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The OpenRPC document of this service.
         * @description Describes every method: its parameters, its result, its errors and examples.
         */
        post: operations["rpcDiscover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blobs/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keeps bytes that tensors of jobs may name.
         * @description Raw little-endian bytes in row-major order, or an `.npy` file, of which the numbers count without the head. They are kept for a day, and as long as a job needs them. A tensor names them as `{shape, dtype, blob: "sha256:…"}`.
         */
        put: operations["putBlob"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a job is.
         * @description As `job.status`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to a job, while it does.
         * @description Server-sent events until its end: `state` (the job), `progress` (at most two a second), `chunk` and `end` (the job). Their `id` only grows; who comes back with `Last-Event-ID` misses no `state` and no `end`.
         */
        get: operations["getJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The answer of a job, however long.
         * @description By `Accept`: `application/x-ndjson` (the default) has a line `{chunk, from, to, result | error}` for each chunk in order, also while the job runs, and a last one `{end: true, state, sha256}` with the digest of all before it; `application/json` is one document. With `tensor` it is one tensor as `application/x-npy` or raw little-endian bytes, with `Content-Length`, `ETag` and `Range`.
         */
        get: operations["getJobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rpc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call methods by JSON-RPC 2.0.
         * @description A call, a notification (a call without `id`, never answered) or a batch of them; `params` go by name only. The calls of a batch run one after another and are answered in their order.
         */
        post: operations["rpc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document as JSON.
         * @description This document as JSON.
         */
        get: operations["openApiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document as YAML.
         * @description This document as YAML.
         */
        get: operations["openApiYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.client.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document for generators that know no unions, as YAML.
         * @description This document for generators that know no unions, as YAML.
         */
        get: operations["openApiClientYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openrpc.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The OpenRPC document.
         * @description The OpenRPC document.
         */
        get: operations["openRpcJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The reference page, rendered from this document.
         * @description The reference page, rendered from this document.
         */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process is alive.
         * @description Whether the process is alive.
         */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether calls are welcome.
         * @description Whether calls are welcome.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics in Prometheus' text format, for the scope `metrics`.
         * @description Metrics in Prometheus' text format, for the scope `metrics`.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Forward mode held against reverse mode: ⟨u, J v⟩ = ⟨Jᵀ u, v⟩. */
        AdjointCheck: {
            /** @enum {string} */
            verdict: "passed" | "failed" | "undecided";
            discrepancy: components["schemas"]["Figure"];
            trials: components["schemas"]["AdjointTrial"][];
        };
        /** @description ⟨u, J v⟩ and ⟨Jᵀ u, v⟩ at one pair of random vectors. */
        AdjointTrial: {
            forward: components["schemas"]["Figure"];
            reverse: components["schemas"]["Figure"];
            discrepancy: components["schemas"]["Figure"];
        };
        /** @description The elements, as bytes or as numbers. */
        ArrayData: components["schemas"]["Base64"] | components["schemas"]["FlatData"];
        /** @description A tensor with its shape and dtype; bool, int8 and uint8 take 1 byte an element, int16 and float16 2, int32 and float32 4, int64 and float64 8. int64 is exact up to 2^53. */
        ArrayObject: {
            shape: components["schemas"]["Shape"];
            dtype?: components["schemas"]["DType"];
            data: components["schemas"]["ArrayData"];
        };
        /** @description Raw little-endian bytes in row-major order, RFC 4648 §4, padded, without white space. */
        Base64: string;
        /** @description Tensors by output and input (of a Hessian: by input and input), of shape output ++ input. */
        Blocks: {
            [key: string]: components["schemas"]["TensorMap"];
        };
        /** @description Blocks, or with layout `matrix` one tensor; with `format` coo or csr sparse matrices in their place. */
        BlocksOrMatrix: components["schemas"]["Blocks"] | components["schemas"]["Matrix"] | components["schemas"]["SparseBlocks"] | components["schemas"]["SparseMatrix"];
        CheckParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            inputs?: components["schemas"]["TensorMap"];
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /**
             * Format: int64
             * @description the seed of the random numbers; the same one, the same check
             * @default 1
             */
            seed?: number;
            /**
             * Format: double
             * @description the step of the differences; by default it is chosen for every entry, from the function and the point
             */
            step?: number;
            /**
             * Format: double
             * @description the relative discrepancy that counts as rounding, in the adjoint identity and beside error estimates
             * @default 1e-10
             */
            tolerance?: number;
        };
        CheckResult: {
            graph: components["schemas"]["GraphId"];
            /** @description what a caller should know, and what could not be decided; may be empty */
            warnings: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            /**
             * @description `failed` where a test fails that no kink explains, `inconclusive` where something was not decided
             * @enum {string}
             */
            verdict: "passed" | "failed" | "inconclusive";
            adjoint: components["schemas"]["AdjointCheck"];
            taylor: components["schemas"]["TaylorCheck"];
            entries: components["schemas"]["EntriesCheck"];
            /**
             * Format: int64
             * @description the seed of the random numbers
             */
            seed: number;
            /**
             * Format: double
             * @description the tolerance that was used
             */
            tolerance: number;
            /**
             * Format: int64
             * @description evaluations of the function
             */
            evaluations: number;
        };
        /** @description In mode `bidirectional` the groups of the two directions taken together. */
        Colors: {
            /**
             * Format: int64
             * @description groups of columns that can be swept together
             */
            columns?: number;
            /**
             * Format: int64
             * @description groups of rows
             */
            rows?: number;
            /**
             * Format: int64
             * @description groups of a Hessian's star colouring
             */
            star?: number;
        };
        CompareParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            inputs?: components["schemas"]["TensorMap"];
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /**
             * @description adds `text`, the rows as a table for people
             * @enum {string}
             */
            render?: "text";
        };
        CompareResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            /**
             * @description `disagrees` when any row does
             * @enum {string}
             */
            verdict: "agrees" | "disagrees" | "undecided";
            /**
             * @description the method that errors are told against: forward mode where there is no reverse mode
             * @enum {string}
             */
            reference: "reverse" | "forward";
            /** @description one row for each method that gave values */
            rows: components["schemas"]["ComparedRow"][];
            /** @description with `render`: the rows as a table */
            text?: string;
        };
        /** @description What one method of differentiation gave, and what it took. */
        ComparedRow: {
            /** @enum {string} */
            method: "manual" | "numerical" | "symbolic" | "forward" | "reverse";
            /**
             * @description of `numerical`
             * @enum {string}
             */
            scheme?: "central" | "forward" | "backward";
            jacobian: components["schemas"]["Blocks"];
            error: components["schemas"]["Figure"];
            /**
             * @description `agrees` within rounding, and for `numerical` within ten times its error estimate; `undecided` where a difference or a formula is not finite, where the error of a difference exceeds it, or where differences straddle a kink
             * @enum {string}
             */
            verdict: "agrees" | "disagrees" | "undecided";
            /**
             * Format: int64
             * @description evaluations of the function; choosing the step of differences and judging them takes more
             */
            evaluations?: number;
            /**
             * Format: int64
             * @description seeds swept
             */
            passes?: number;
            /**
             * Format: double
             * @description counted operations, the function's own included where it is evaluated too
             */
            operations: number;
            /**
             * Format: double
             * @description milliseconds, the fastest of a few runs, compiling aside
             */
            timeMs: number;
            /** @description where a row that disagrees does so most */
            worst?: {
                of: string;
                wrt: string;
                /**
                 * Format: int64
                 * @description the scalar of the output, counted in row-major order
                 */
                row: number;
                /**
                 * Format: int64
                 * @description the scalar of the input
                 */
                column: number;
                value: components["schemas"]["Figure"];
                reference: components["schemas"]["Figure"];
            };
        };
        /**
         * @description The type of the elements.
         * @enum {string}
         */
        DType: "float64" | "float32" | "float16" | "int64" | "int32" | "int16" | "int8" | "uint8" | "bool";
        /** @description The caller's own derivative of output `of` by input `wrt`, of shape output ++ input: a formula over the inputs of the graph, or a graph. Not part of the graph's id; the method `compare` checks it. */
        Derivative: {
            of: string;
            wrt: string;
            expression?: string;
            graph?: components["schemas"]["DerivativeGraph"];
        };
        /** @description A graph of one output, in any of its forms, over inputs of the graph that it is a derivative of. */
        DerivativeGraph: Record<string, never>;
        /** @description Every entry held against central differences. */
        EntriesCheck: {
            /** @enum {string} */
            verdict: "passed" | "failed" | "undecided";
            /** Format: int64 */
            compared: number;
            /**
             * Format: int64
             * @description entries at kinks, without a finite derivative or difference, or whose difference has an error that exceeds it
             */
            undecided: number;
            worst?: components["schemas"]["WorstEntry"];
        };
        /** @description An error estimate for each entry, laid out as the derivatives. */
        ErrorEstimates: components["schemas"]["Blocks"] | components["schemas"]["NamedTensors"] | components["schemas"]["SeveralTensorMaps"] | components["schemas"]["Matrix"];
        EvaluateParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
        };
        EvaluateResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
        };
        ExplainParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description the method to explain
             * @default jacobian
             * @enum {string}
             */
            method?: "evaluate" | "jvp" | "vjp" | "gradient" | "hvp" | "jacobian" | "hessian";
            /**
             * @description unit tangents, unit cotangents, both for a sparse matrix, or whichever counts fewest operations
             * @default auto
             * @enum {string}
             */
            mode?: "auto" | "forward" | "reverse" | "bidirectional";
            /**
             * @description a tensor for each pair, or one matrix of all flattened and laid end to end
             * @default blocks
             * @enum {string}
             */
            layout?: "blocks" | "matrix";
            /**
             * @description how a matrix is stored
             * @default dense
             * @enum {string}
             */
            format?: "dense" | "coo" | "csr";
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
        };
        ExplainResult: {
            graph: components["schemas"]["GraphId"];
            /** @description the inputs, as declared */
            inputs: components["schemas"]["TensorType"][];
            /** @description the outputs, as declared */
            outputs: components["schemas"]["TensorType"][];
            /**
             * Format: int64
             * @description operators applied, equal ones once
             */
            nodes: number;
            plan: components["schemas"]["Plan"];
            /** @description whether the program was kept already */
            cached: boolean;
            /**
             * Format: int64
             * @description bytes that a run holds at most, inputs and answer included
             */
            memoryBytes: number;
            /** @description the loops that run, those of a derivative included; absent: none */
            loops?: components["schemas"]["Loop"][];
            /**
             * Format: int64
             * @description bytes that all of them keep at once, for one point and one seed
             */
            keptBytes?: number;
            /**
             * Format: double
             * @description operations that are computed again, so that less is kept
             */
            recomputed?: number;
        };
        /** @description A number; the strings stand for what JSON has no number for. */
        Figure: components["schemas"]["FiniteNumber"] | components["schemas"]["SpecialNumber"];
        /**
         * Format: double
         * @description A number, as JSON writes it.
         */
        FiniteNumber: number;
        /** @description The elements in row-major order. */
        FlatData: components["schemas"]["Scalar"][];
        /** @description An input of a function; a shape or dtype that it does not say is that of the argument. */
        FunctionInput: {
            name: string;
            shape?: components["schemas"]["Shape"];
            dtype?: components["schemas"]["DType"];
        };
        GradientParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            weights?: components["schemas"]["TensorMap"];
        };
        GradientResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            gradient: components["schemas"]["TensorMap"];
        };
        /** @description A graph document, a formula, or the id or the name of a graph that the service has seen. */
        Graph: components["schemas"]["GraphDocument"] | components["schemas"]["GraphFormula"] | components["schemas"]["GraphName"];
        /** @description A name for a graph, which calls may send in place of it. */
        GraphAlias: string;
        /** @description A reference or an inline tensor. */
        GraphArgument: components["schemas"]["TextArgument"] | components["schemas"]["FiniteNumber"] | components["schemas"]["TruthValue"] | components["schemas"]["NestedArray"] | components["schemas"]["ArrayObject"];
        /** @description A tensor with a name. */
        GraphConstant: {
            name: string;
            value: components["schemas"]["Tensor"];
        };
        GraphDeleteParams: {
            graph: components["schemas"]["GraphName"];
        };
        GraphDeleteResult: {
            graph: components["schemas"]["GraphName"];
            /** @description false when the graph was unknown */
            deleted: boolean;
        };
        /** @description A computation graph: nodes in any order. */
        GraphDocument: {
            /** @description Functions by name. */
            functions?: {
                [key: string]: components["schemas"]["GraphFunction"];
            };
            inputs?: components["schemas"]["GraphInput"][];
            constants?: components["schemas"]["GraphConstant"][];
            nodes?: components["schemas"]["GraphNode"][];
            outputs: components["schemas"]["GraphOutput"][];
            derivatives?: components["schemas"]["Derivative"][];
            /** Format: int32 */
            version?: number;
            name?: string;
            description?: string;
        };
        /** @description A graph that is kept, and the bytes that it takes. */
        GraphEntry: {
            graph: components["schemas"]["GraphId"];
            /** Format: int64 */
            nodes: number;
            /** Format: int64 */
            bytes: number;
            /** @description its names, where it has any */
            aliases?: components["schemas"]["GraphAlias"][];
        };
        /** @description A graph as a formula. Statements are separated by `;` or newlines, `v = …` names an intermediate, `#` begins a comment. Operators are called by their names with attributes as keywords, `sum(x, axis=0)`, or written `+ - * / // % @ ^ **`, `< <= > >= == !=`, `and or not`, `a if c else b`, `|x|`, `x'`; arrays are `[1, 2, 3]` and indexed as in NumPy, `x[1:, None]`. `f(x, y) = …` defines a function, which is called, handed to `map`, `scan`, `while`, `cond` and `switch`, or differentiated: `grad(f)(x, y)`, `f'(x)`. `a, b = …` names several results. A symbol that `inputs` does not list is an input with the shape and dtype of the tensor that is sent for it, less the axis of the points where `batch` is given and its first axis is as long; a scalar where no tensor is sent. `outputs` are names of statements and inputs; without them the last statement is the output, called by its name or `y`. `v: float32 = …` gives an output a dtype of its own. */
        GraphFormula: {
            expression: string;
            inputs?: components["schemas"]["GraphInput"][];
            outputs?: string[];
            derivatives?: components["schemas"]["Derivative"][];
            /** Format: int32 */
            version?: number;
            name?: string;
            description?: string;
        };
        /** @description A function that nodes use by its name. It sees its inputs only. `jvp` or `vjp` names the function that is its derivative: of the inputs and a tangent of each the tangents of the outputs, or of the inputs and a cotangent of each output the cotangents of the inputs. */
        GraphFunction: {
            inputs?: components["schemas"]["FunctionInput"][];
            constants?: components["schemas"]["GraphConstant"][];
            nodes?: components["schemas"]["GraphNode"][];
            outputs: components["schemas"]["GraphOutput"][];
            jvp?: string;
            vjp?: string;
            name?: string;
            description?: string;
        };
        GraphGetParams: {
            graph: components["schemas"]["GraphName"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            /**
             * @description how the graph is written, by the member that such documents have
             * @default nodes
             * @enum {string}
             */
            form?: "nodes" | "expression";
        };
        GraphGetResult: {
            graph: components["schemas"]["GraphId"];
            document: components["schemas"]["WrittenGraph"];
        };
        /** @description The id of a graph that the service has seen. */
        GraphId: string;
        /** @description An input: float64 and a scalar unless it says otherwise. */
        GraphInput: {
            name: string;
            shape?: components["schemas"]["Shape"];
            dtype?: components["schemas"]["DType"];
        };
        GraphListParams: {
            /**
             * Format: int32
             * @description how many at most
             * @default 100
             */
            limit?: number;
            after?: components["schemas"]["GraphId"];
        };
        GraphListResult: {
            /** @description a page of graphs, in the order of their ids */
            graphs: components["schemas"]["GraphEntry"][];
            next?: components["schemas"]["GraphId"];
        };
        /** @description The id of a graph that the service has seen, or a name that `graph.put` gave to one. */
        GraphName: string;
        /** @description An operator applied to operands; the method `operators` lists what there is. */
        GraphNode: {
            id: string;
            op: string;
            args?: components["schemas"]["GraphArgument"][];
            attrs?: Record<string, never>;
        };
        /** @description What a graph gives. */
        GraphOutput: components["schemas"]["Reference"] | components["schemas"]["NamedOutput"];
        GraphPutParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            alias?: components["schemas"]["GraphAlias"];
        };
        GraphPutResult: {
            graph: components["schemas"]["GraphId"];
            alias?: components["schemas"]["GraphAlias"];
            /** @description the inputs, as declared */
            inputs: components["schemas"]["TensorType"][];
            /** @description the outputs, as declared */
            outputs: components["schemas"]["TensorType"][];
            /**
             * Format: int64
             * @description operators applied, equal ones once
             */
            nodes: number;
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            /** @description whether the graph was kept already */
            cached: boolean;
        };
        HessianParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            weights?: components["schemas"]["TensorMap"];
            /**
             * @description a tensor for each pair, or one matrix of all flattened and laid end to end
             * @default blocks
             * @enum {string}
             */
            layout?: "blocks" | "matrix";
            /**
             * @description how a matrix is stored
             * @default dense
             * @enum {string}
             */
            format?: "dense" | "coo" | "csr";
            /**
             * @description whether a matrix had from compressed sweeps is checked: its product with a random vector must agree with a product that no pattern entered; `internal_error` if not
             * @default false
             */
            verify?: boolean;
        };
        HessianResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            gradient: components["schemas"]["TensorMap"];
            hessian: components["schemas"]["BlocksOrMatrix"];
            /** @description with layout `matrix`: which rows are whose */
            rowRanges?: components["schemas"]["Range"][];
            /** @description with layout `matrix`: which columns are whose */
            columnRanges?: components["schemas"]["Range"][];
            plan: components["schemas"]["Plan"];
        };
        HvpParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            weights?: components["schemas"]["TensorMap"];
            seeds: components["schemas"]["Seeds"];
        };
        HvpResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            gradient: components["schemas"]["TensorMap"];
            hvp: components["schemas"]["Products"];
        };
        JacobianParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            /**
             * @description unit tangents, unit cotangents, both for a sparse matrix, or whichever counts fewest operations
             * @default auto
             * @enum {string}
             */
            mode?: "auto" | "forward" | "reverse" | "bidirectional";
            /**
             * @description a tensor for each pair, or one matrix of all flattened and laid end to end
             * @default blocks
             * @enum {string}
             */
            layout?: "blocks" | "matrix";
            /**
             * @description how a matrix is stored
             * @default dense
             * @enum {string}
             */
            format?: "dense" | "coo" | "csr";
            /**
             * @description whether a matrix had from compressed sweeps is checked: its product with a random vector must agree with a product that no pattern entered; `internal_error` if not
             * @default false
             */
            verify?: boolean;
        };
        JacobianResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            jacobian: components["schemas"]["BlocksOrMatrix"];
            /** @description with layout `matrix`: which rows are whose */
            rowRanges?: components["schemas"]["Range"][];
            /** @description with layout `matrix`: which columns are whose */
            columnRanges?: components["schemas"]["Range"][];
            plan: components["schemas"]["Plan"];
        };
        /** @description A job. */
        Job: {
            job: components["schemas"]["JobId"];
            /**
             * @description `succeeded`, `partial`, `failed` and `cancelled` are final; take what you do not know as not ended
             * @enum {string}
             */
            state: "queued" | "running" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** @description the method, or `calls` */
            method: string;
            /** @description the id of the graph, where all calls have one */
            graph?: string;
            /** @description as submitted */
            labels: string[];
            /**
             * @description as submitted
             * @enum {string}
             */
            priority: "low" | "normal" | "high";
            /**
             * Format: date-time
             * @description when it was accepted
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when its first chunk was begun
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description when it ended
             */
            endedAt?: string;
            /**
             * Format: date-time
             * @description when it will be forgotten
             */
            expiresAt?: string;
            progress: components["schemas"]["JobProgress"];
            error?: components["schemas"]["JobError"];
            /** @description where its answer can be had, and bytes of its numbers */
            result?: {
                href: string;
                /** Format: int64 */
                bytes: number;
            };
            /** @description what its bits depend on: jobs of equal parameters have equal bits where this is equal */
            arithmetic: string;
            /**
             * @description what it waits for that no worker has
             * @enum {string}
             */
            waitingFor?: "arithmetic";
        };
        /** @description A call of a job. */
        JobCall: {
            /**
             * @description its method
             * @enum {string}
             */
            method: "evaluate" | "jvp" | "vjp" | "gradient" | "jacobian" | "hvp" | "hessian";
            params?: components["schemas"]["JobCallParams"];
            /** @description what its result is to be called */
            key?: string;
        };
        /** @description The parameters of the method, without `timeoutMs`. A tensor may also be `{shape, dtype, blob}`, whose bytes were sent with `PUT /v1/blobs/{sha256}`. */
        JobCallParams: {
            [key: string]: unknown;
        };
        JobCancelParams: {
            job: components["schemas"]["JobId"];
        };
        JobCancelResult: {
            job: components["schemas"]["JobId"];
            /**
             * @description `succeeded`, `partial`, `failed` and `cancelled` are final; take what you do not know as not ended
             * @enum {string}
             */
            state: "queued" | "running" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** @description the method, or `calls` */
            method: string;
            /** @description the id of the graph, where all calls have one */
            graph?: string;
            /** @description as submitted */
            labels: string[];
            /**
             * @description as submitted
             * @enum {string}
             */
            priority: "low" | "normal" | "high";
            /**
             * Format: date-time
             * @description when it was accepted
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when its first chunk was begun
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description when it ended
             */
            endedAt?: string;
            /**
             * Format: date-time
             * @description when it will be forgotten
             */
            expiresAt?: string;
            progress: components["schemas"]["JobProgress"];
            error?: components["schemas"]["JobError"];
            /** @description where its answer can be had, and bytes of its numbers */
            result?: {
                href: string;
                /** Format: int64 */
                bytes: number;
            };
            /** @description what its bits depend on: jobs of equal parameters have equal bits where this is equal */
            arithmetic: string;
            /**
             * @description what it waits for that no worker has
             * @enum {string}
             */
            waitingFor?: "arithmetic";
        };
        JobDeleteParams: {
            job: components["schemas"]["JobId"];
        };
        JobDeleteResult: {
            job: components["schemas"]["JobId"];
            /** @description true */
            deleted: boolean;
        };
        /** @description Why a job, or a chunk of it, failed. */
        JobError: {
            /**
             * Format: int64
             * @description its code in JSON-RPC
             */
            code: number;
            /** @description its type */
            type: string;
            /** @description what went wrong */
            message: string;
            /** @description the chunk that failed first, and its points */
            data: {
                [key: string]: unknown;
            };
        };
        /** @description The id of a job: `job_` and 26 characters that nobody can guess. */
        JobId: string;
        JobListParams: {
            /**
             * @description only those in this state
             * @enum {string}
             */
            state?: "queued" | "running" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** @description only those that have all of these labels */
            labels?: string[];
            /**
             * Format: int32
             * @description how many at most
             * @default 100
             */
            limit?: number;
            /** @description `next` of the page before */
            after?: string;
        };
        JobListResult: {
            /** @description a page of jobs */
            jobs: components["schemas"]["Job"][];
            /** @description present when there are more */
            next?: string;
        };
        /** @description How much of a job is done; that never goes back. */
        JobProgress: {
            /** @description points, or calls */
            points: {
                /** Format: int64 */
                total: number;
                /** Format: int64 */
                done: number;
                /** Format: int64 */
                failed: number;
            };
            /** @description parts that are computed as one */
            chunks: {
                /** Format: int64 */
                total: number;
                /** Format: int64 */
                done: number;
                /** Format: int64 */
                running: number;
                /** Format: int64 */
                failed: number;
                /** Format: int64 */
                retried: number;
            };
            /**
             * Format: int64
             * @description milliseconds until it may end, as fast as it went so far
             */
            etaMs?: number;
        };
        JobResultParams: {
            job: components["schemas"]["JobId"];
            /**
             * @description how the answer writes tensors; absent, as submitted
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /**
             * Format: int64
             * @description the first point, or call
             * @default 0
             */
            from?: number;
            /**
             * Format: int64
             * @description the point after the last; absent, all
             */
            to?: number;
        };
        JobResultResult: {
            [key: string]: unknown;
        };
        JobStatusParams: {
            job: components["schemas"]["JobId"];
            /**
             * Format: double
             * @description seconds to wait for another state
             * @default 0
             */
            wait?: number;
        };
        JobStatusResult: {
            job: components["schemas"]["JobId"];
            /**
             * @description `succeeded`, `partial`, `failed` and `cancelled` are final; take what you do not know as not ended
             * @enum {string}
             */
            state: "queued" | "running" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** @description the method, or `calls` */
            method: string;
            /** @description the id of the graph, where all calls have one */
            graph?: string;
            /** @description as submitted */
            labels: string[];
            /**
             * @description as submitted
             * @enum {string}
             */
            priority: "low" | "normal" | "high";
            /**
             * Format: date-time
             * @description when it was accepted
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when its first chunk was begun
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description when it ended
             */
            endedAt?: string;
            /**
             * Format: date-time
             * @description when it will be forgotten
             */
            expiresAt?: string;
            progress: components["schemas"]["JobProgress"];
            error?: components["schemas"]["JobError"];
            /** @description where its answer can be had, and bytes of its numbers */
            result?: {
                href: string;
                /** Format: int64 */
                bytes: number;
            };
            /** @description what its bits depend on: jobs of equal parameters have equal bits where this is equal */
            arithmetic: string;
            /**
             * @description what it waits for that no worker has
             * @enum {string}
             */
            waitingFor?: "arithmetic";
        };
        JobSubmitParams: {
            /**
             * @description the method of the one call
             * @enum {string}
             */
            method?: "evaluate" | "jvp" | "vjp" | "gradient" | "jacobian" | "hvp" | "hessian";
            params?: components["schemas"]["JobCallParams"];
            /** @description calls, of which each counts as one point; at most 10,000 */
            calls?: components["schemas"]["JobCall"][];
            /** @description sent again with equal parameters, it answers the same job; on `/v1` also the header `Idempotency-Key` */
            idempotencyKey?: string;
            /**
             * @description of five chunks at most four are of a higher priority while lower ones wait
             * @default normal
             * @enum {string}
             */
            priority?: "low" | "normal" | "high";
            /**
             * @description whether a chunk that fails ends the job, or the others go on
             * @default stop
             * @enum {string}
             */
            onError?: "stop" | "continue";
            /**
             * Format: int64
             * @description points of a chunk; it changes no bit of the answer. Default: a power of two that takes no more than 16 MiB
             */
            chunkPoints?: number;
            /**
             * Format: int64
             * @description milliseconds from acceptance after which it fails
             * @default 86400000
             */
            deadlineMs?: number;
            /**
             * Format: int32
             * @description milliseconds from its end for which it is kept
             * @default 86400000
             */
            retainMs?: number;
            /**
             * @description names to find it by
             * @default []
             */
            labels?: string[];
        };
        JobSubmitResult: {
            job: components["schemas"]["JobId"];
            /**
             * @description `succeeded`, `partial`, `failed` and `cancelled` are final; take what you do not know as not ended
             * @enum {string}
             */
            state: "queued" | "running" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** @description the method, or `calls` */
            method: string;
            /** @description the id of the graph, where all calls have one */
            graph?: string;
            /** @description as submitted */
            labels: string[];
            /**
             * @description as submitted
             * @enum {string}
             */
            priority: "low" | "normal" | "high";
            /**
             * Format: date-time
             * @description when it was accepted
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when its first chunk was begun
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description when it ended
             */
            endedAt?: string;
            /**
             * Format: date-time
             * @description when it will be forgotten
             */
            expiresAt?: string;
            progress: components["schemas"]["JobProgress"];
            error?: components["schemas"]["JobError"];
            /** @description where its answer can be had, and bytes of its numbers */
            result?: {
                href: string;
                /** Format: int64 */
                bytes: number;
            };
            /** @description what its bits depend on: jobs of equal parameters have equal bits where this is equal */
            arithmetic: string;
            /**
             * @description what it waits for that no worker has
             * @enum {string}
             */
            waitingFor?: "arithmetic";
        };
        JvpParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            seeds: components["schemas"]["Seeds"];
        };
        JvpResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            tangents: components["schemas"]["Products"];
        };
        /** @description A loop of a program, for one point and one seed. */
        Loop: {
            /**
             * @description rows one after the other, steps while a condition holds, or segments that are computed again backward
             * @enum {string}
             */
            kind: "scan" | "while" | "segments";
            /** @description the function that is run in each step */
            function: string;
            /**
             * Format: int64
             * @description steps, or segments; of a `while` its limit, absent where it has none
             */
            steps?: number;
            /** @description whether it begins at the last row */
            reverse: boolean;
            /**
             * Format: double
             * @description operations of one step
             */
            operations: number;
            /**
             * Format: int64
             * @description bytes of what its steps keep for a loop that goes back
             */
            keptBytes: number;
            /** @description whether it computes again what another loop of the program has computed */
            again: boolean;
            /** @description the loops of one step, told in the same way */
            loops?: unknown[];
        };
        /** @description A dense matrix. */
        Matrix: components["schemas"]["NestedMatrix"] | components["schemas"]["ArrayObject"];
        /** @description An output with a name of its own, and perhaps a dtype. */
        NamedOutput: {
            name: string;
            node: components["schemas"]["Reference"];
            dtype?: components["schemas"]["DType"];
        };
        /** @description One tensor by name, or more. */
        NamedTensors: {
            [key: string]: components["schemas"]["Tensor"];
        };
        /** @description Arrays of scalars, or of such arrays, and so on: row-major and rectangular. */
        NestedArray: unknown[];
        /** @description Rows of scalars; in a batch, such matrices. */
        NestedMatrix: unknown[][];
        NumericalParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what to compute; `jvp` takes `seeds`, `gradient` exactly one scalar output
             * @default jacobian
             * @enum {string}
             */
            method?: "jacobian" | "jvp" | "gradient";
            seeds?: components["schemas"]["Seeds"];
            /**
             * @description f(x+h) - f(x-h), f(x+h) - f(x) or f(x) - f(x-h)
             * @default central
             * @enum {string}
             */
            scheme?: "central" | "forward" | "backward";
            /**
             * Format: double
             * @description the step h, the same for every input and seed
             */
            step?: number;
            /**
             * @description a tensor for each pair, or one matrix of all flattened and laid end to end
             * @default blocks
             * @enum {string}
             */
            layout?: "blocks" | "matrix";
        };
        NumericalResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            jacobian?: components["schemas"]["BlocksOrMatrix"];
            tangents?: components["schemas"]["Products"];
            gradient?: components["schemas"]["TensorMap"];
            errors: components["schemas"]["ErrorEstimates"];
            /** @description with layout `matrix`: which rows are whose */
            rowRanges?: components["schemas"]["Range"][];
            /** @description with layout `matrix`: which columns are whose */
            columnRanges?: components["schemas"]["Range"][];
            /**
             * @description the scheme that was used
             * @enum {string}
             */
            scheme: "central" | "forward" | "backward";
            step: components["schemas"]["Steps"];
            /**
             * Format: int64
             * @description evaluations at each point, those for the error estimates included
             */
            evaluations: number;
        };
        /** @description Counted operations per point, on general seeds. */
        Operations: {
            /**
             * Format: double
             * @description operations of the outputs alone
             */
            primal: number;
            /**
             * Format: double
             * @description primal + inputs × one tangent sweep
             */
            forward?: number;
            /**
             * Format: double
             * @description primal + outputs × one cotangent sweep
             */
            reverse?: number;
            /**
             * Format: double
             * @description operations of what is done, where sums of seeds are swept
             */
            compressed?: number;
        };
        /** @description An operator, as it is published. */
        Operator: {
            name: string;
            aliases: string[];
            family: string;
            summary: string;
            signature: string;
            attributes: components["schemas"]["OperatorAttribute"][];
            /** @description the derivative as a formula, dx being the tangent of x */
            derivative: string;
            /** @description the derivative given where none exists */
            kinks?: string;
            /** @description where the operator is defined, when that is not everywhere */
            domain?: string;
            /** @description operations counted */
            cost: string;
            /** @description a formula that has it */
            example?: string;
            /** @description what other libraries and languages call it, or what is made of it */
            elsewhere?: string[];
        };
        /** @description An attribute of an operator. */
        OperatorAttribute: {
            name: string;
            required: boolean;
            default?: unknown;
            description: string;
            /** @description JSON Schema of the value */
            schema: {
                [key: string]: unknown;
            };
        };
        OperatorsParams: {
            /** @description part of a name here or elsewhere, an alias or a summary; absent: any */
            name?: string;
            /** @description a family; absent: all */
            family?: string;
        };
        OperatorsResult: {
            /** @description the operators asked for, in the order of their families */
            operators: components["schemas"]["Operator"][];
        };
        /** @description How a derivative is computed, and what was counted. */
        Plan: {
            /**
             * @description the mode taken: for a Jacobian the one with fewer operations unless the call forced it
             * @enum {string}
             */
            mode: "none" | "forward" | "reverse" | "bidirectional" | "forward-over-reverse";
            /**
             * Format: int64
             * @description seeds swept
             */
            passes: number;
            /**
             * Format: int64
             * @description scalars in `wrt`
             */
            inputs: number;
            /**
             * Format: int64
             * @description scalars in `of`
             */
            outputs: number;
            operations: components["schemas"]["Operations"];
            colors?: components["schemas"]["Colors"];
            /** @description false where a `while` has no `limit`: its operations are counted as of one step */
            bounded?: boolean;
            /**
             * Format: int64
             * @description entries that may be other than 0, where that was worked out
             */
            nonzeros?: number;
            /**
             * Format: double
             * @description those entries among all
             */
            density?: number;
        };
        /** @description Tensors by name; a list of such where the seeds were a list. */
        Products: components["schemas"]["TensorMap"] | components["schemas"]["TensorMapList"];
        /** @description The rows or columns of one tensor in a matrix. */
        Range: {
            name: string;
            /** Format: int64 */
            start: number;
            /** Format: int64 */
            size: number;
        };
        /** @description The name of an input, constant or node. */
        Reference: string;
        RpcDiscoverParams: Record<string, never>;
        RpcDiscoverResult: {
            /** @description the version of OpenRPC; the other members are the document's */
            openrpc: string;
        };
        /** @description A number or a boolean; the strings stand for what JSON has no number for. */
        Scalar: components["schemas"]["FiniteNumber"] | components["schemas"]["TruthValue"] | components["schemas"]["SpecialNumber"];
        /** @description Tensors by name, absent ones being zero; or a list of such, for as many products in one call. */
        Seeds: components["schemas"]["TensorMap"] | components["schemas"]["TensorMapList"];
        /** @description One set of tensors or more. */
        SeveralTensorMaps: components["schemas"]["TensorMap"][];
        /** @description The lengths of the axes; `[]` is a scalar. */
        Shape: number[];
        /** @description Sparse matrices by output and input (of a Hessian: by input and input), of output size × input size. */
        SparseBlocks: {
            [key: string]: components["schemas"]["SparseMap"];
        };
        /** @description A sparse matrix as entries, row by row, 0-based, none twice; tensors are flattened into its rows and columns. In a batch `values` alone has the leading axis. */
        SparseCoo: {
            shape: components["schemas"]["Shape"];
            columnIndices: components["schemas"]["Tensor"];
            values: components["schemas"]["Tensor"];
            rowIndices: components["schemas"]["Tensor"];
        };
        /** @description A sparse matrix row by row: those of row i are entries `rowPointers[i]` to before `rowPointers[i + 1]`; otherwise as `SparseCoo`. */
        SparseCsr: {
            shape: components["schemas"]["Shape"];
            columnIndices: components["schemas"]["Tensor"];
            values: components["schemas"]["Tensor"];
            rowPointers: components["schemas"]["Tensor"];
        };
        /** @description Sparse matrices by input. */
        SparseMap: {
            [key: string]: components["schemas"]["SparseMatrix"];
        };
        /** @description A sparse matrix in the format asked for. */
        SparseMatrix: components["schemas"]["SparseCoo"] | components["schemas"]["SparseCsr"];
        /**
         * @description What JSON has no number for.
         * @enum {string}
         */
        SpecialNumber: "NaN" | "Infinity" | "-Infinity";
        /** @description The steps taken: by input, one for each scalar; of `jvp` one for each seed. The shortest where outputs have steps of their own. */
        Steps: components["schemas"]["TensorMap"] | components["schemas"]["Tensor"];
        /** @description One derivative as a formula. */
        SymbolicDerivative: {
            /** @description the formula; shared parts are named in statements before it */
            text: string;
            /** @description the same in LaTeX's math mode, as an equation */
            latex: string;
            /** @description names in `text` and `latex` that stand for inputs whose own names formulas cannot spell */
            legend?: {
                [key: string]: string;
            };
            /** @description true where each element of the output depends on that element of the input only: this is the diagonal */
            diagonal?: boolean;
            document: components["schemas"]["GraphDocument"];
        };
        SymbolicParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
        };
        SymbolicResult: {
            graph: components["schemas"]["GraphId"];
            /** @description formulas by output and input: `derivatives[output][input]` */
            derivatives: {
                [key: string]: {
                    [key: string]: components["schemas"]["SymbolicDerivative"];
                };
            };
        };
        /** @description Forward mode held against the function, over a range of steps. */
        TaylorCheck: {
            /** @enum {string} */
            verdict: "passed" | "failed" | "undecided";
            order?: components["schemas"]["Figure"];
            noise: components["schemas"]["Figure"];
            remainders: components["schemas"]["TaylorRemainder"][];
        };
        /** @description What Taylor's formula leaves at one step. */
        TaylorRemainder: {
            /** Format: double */
            step: number;
            remainder: components["schemas"]["Figure"];
        };
        /** @description A scalar, nested arrays of them, or an array object. */
        Tensor: components["schemas"]["Scalar"] | components["schemas"]["NestedArray"] | components["schemas"]["ArrayObject"];
        /** @description Tensors by name. */
        TensorMap: {
            [key: string]: components["schemas"]["Tensor"];
        };
        /** @description Several sets of tensors by name. */
        TensorMapList: components["schemas"]["TensorMap"][];
        /** @description The name, shape and dtype of an input or output. */
        TensorType: {
            name: string;
            shape: number[];
            /** @enum {string} */
            dtype: "float64" | "float32" | "float16" | "int64" | "int32" | "int16" | "int8" | "uint8" | "bool";
        };
        /** @description The name of an input, constant or node; or `NaN`, `Infinity` or `-Infinity`, which are numbers. */
        TextArgument: string;
        /** @description One row of a trace. */
        TraceNode: {
            name: string;
            /** @description the operator, `input` or `constant` */
            op: string;
            /** @description the operands that are not plain numbers, by name */
            args: string[];
            /** @description the node in terms of its operands */
            formula?: string;
            value: components["schemas"]["Tensor"];
            /** @description with `depth`: what the functions of the node computed, one run after the other; at the first result only */
            runs?: components["schemas"]["TraceRun"][];
            tangent?: components["schemas"]["Tensor"];
            adjoint?: components["schemas"]["Tensor"];
            /** @description the sum that the adjoint is, in the order it was added up */
            parts?: components["schemas"]["TracePart"][];
        };
        TraceParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            seed?: components["schemas"]["TensorMap"];
            cotangent?: components["schemas"]["TensorMap"];
            /**
             * Format: int32
             * @description how many functions deep calls, maps, loops and branches are opened; 0: each is one row
             * @default 0
             */
            depth?: number;
            /**
             * @description also answers `text`: an aligned table, LaTeX arrays, or a Graphviz drawing
             * @enum {string}
             */
            render?: "text" | "latex" | "dot";
        };
        /** @description What one use of a node adds to its adjoint. */
        TracePart: {
            /** @description the node that uses this one; absent for a cotangent that was sent */
            from?: string;
            /** @description how the part is made */
            formula: string;
            partial?: components["schemas"]["Tensor"];
            value: components["schemas"]["Tensor"];
        };
        TraceResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            /** @description inputs, constants and nodes, in the order in which they are computed */
            nodes: components["schemas"]["TraceNode"][];
            /** @description nodes with an adjoint, in the order of the reverse sweep */
            reverse?: string[];
            /** @description with `render`: the trace as text, LaTeX or a drawing */
            text?: string;
        };
        /** @description One run of a function that a node holds. */
        TraceRun: {
            function: string;
            /**
             * Format: int64
             * @description of a loop, the row or the number of the step
             */
            step?: number;
            /** @description its inputs, constants and nodes, told as those of the graph */
            nodes: unknown[];
        };
        /** @description True or false. */
        TruthValue: boolean;
        VjpParams: {
            graph: components["schemas"]["Graph"];
            /**
             * Format: int32
             * @description milliseconds from receipt until the call is given up; absent, what the service has set
             */
            timeoutMs?: number;
            inputs?: components["schemas"]["TensorMap"];
            /**
             * Format: int64
             * @description a number of points B: tensors may then have one extra leading axis B, and all answers do
             */
            batch?: number;
            /**
             * @description how the answer writes tensors
             * @default json
             * @enum {string}
             */
            encoding?: "json" | "flat" | "base64";
            /** @description the inputs to differentiate by; default: all float inputs */
            wrt?: string[];
            /** @description the outputs to differentiate; default: all float outputs */
            of?: string[];
            /**
             * @description what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too
             * @default absorb
             * @enum {string}
             */
            zeros?: "absorb" | "ieee";
            /**
             * @description whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do
             * @default false
             */
            diagnose?: boolean;
            seeds: components["schemas"]["Seeds"];
        };
        VjpResult: {
            graph: components["schemas"]["GraphId"];
            /** @description present where there is something to warn of, the most telling first */
            warnings?: components["schemas"]["Warning"][];
            outputs: components["schemas"]["TensorMap"];
            cotangents: components["schemas"]["Products"];
        };
        /** @description Why an answer may not be what the caller means. */
        Warning: {
            /**
             * @description `nonfinite`: an output is infinite or NaN; where it is NaN, so are its derivatives by what it depends on. `indeterminate`: on a path of partial derivatives, through taken branches only, one factor is 0 and another infinite or NaN. `kink`: the point lies on a kink that `operators` publishes, or, of `check`, one where the slopes of the two sides differ. `undecided`: `check` could not judge an entry, or what is looked for was not looked for in a function, because a loop runs it many times. `unused`: nothing uses a named statement. `singular`: a matrix is singular, or not positive definite; `degenerate`: eigenvalues or singular values are equal; both are looked for where a number that is not finite shows.
             * @enum {string}
             */
            type: "not_converged" | "singular" | "degenerate" | "nonfinite" | "indeterminate" | "kink" | "undecided" | "unused";
            /** @description the same for people */
            message: string;
            /** @description the node of the graph that it is about */
            node?: string;
            /** @description the operator: that node's, or in `function` */
            operator?: string;
            /** @description the function, of the node's, that it is about */
            function?: string;
            /**
             * Format: int64
             * @description the row or step of a loop, the first one where it is so
             */
            step?: number;
            /** @description the output that it is about, or that is differentiated */
            of?: string;
            /** @description the input that is differentiated by */
            wrt?: string;
            /** @description the points of a batch that it is about, 20 at most */
            points?: number[];
        };
        /** @description The entry that is farthest from its difference. */
        WorstEntry: {
            of: string;
            wrt: string;
            /**
             * Format: int64
             * @description the scalar of the output, counted in row-major order
             */
            row: number;
            /**
             * Format: int64
             * @description the scalar of the input
             */
            column: number;
            derivative: components["schemas"]["Figure"];
            difference: components["schemas"]["Figure"];
            error: components["schemas"]["Figure"];
            ratio: components["schemas"]["Figure"];
        };
        /** @description A graph document, or a formula. */
        WrittenGraph: components["schemas"]["GraphDocument"] | components["schemas"]["GraphFormula"];
        /** @description A call of `evaluate`. */
        EvaluateRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "evaluate";
            params: components["schemas"]["EvaluateParams"];
        };
        /** @description A call of `jvp`. */
        JvpRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "jvp";
            params: components["schemas"]["JvpParams"];
        };
        /** @description A call of `vjp`. */
        VjpRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "vjp";
            params: components["schemas"]["VjpParams"];
        };
        /** @description A call of `gradient`. */
        GradientRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "gradient";
            params: components["schemas"]["GradientParams"];
        };
        /** @description A call of `jacobian`. */
        JacobianRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "jacobian";
            params: components["schemas"]["JacobianParams"];
        };
        /** @description A call of `hvp`. */
        HvpRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "hvp";
            params: components["schemas"]["HvpParams"];
        };
        /** @description A call of `hessian`. */
        HessianRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "hessian";
            params: components["schemas"]["HessianParams"];
        };
        /** @description A call of `numerical`. */
        NumericalRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "numerical";
            params: components["schemas"]["NumericalParams"];
        };
        /** @description A call of `check`. */
        CheckRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "check";
            params: components["schemas"]["CheckParams"];
        };
        /** @description A call of `compare`. */
        CompareRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "compare";
            params: components["schemas"]["CompareParams"];
        };
        /** @description A call of `trace`. */
        TraceRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "trace";
            params: components["schemas"]["TraceParams"];
        };
        /** @description A call of `symbolic`. */
        SymbolicRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "symbolic";
            params: components["schemas"]["SymbolicParams"];
        };
        /** @description A call of `explain`. */
        ExplainRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "explain";
            params: components["schemas"]["ExplainParams"];
        };
        /** @description A call of `graph.put`. */
        GraphPutRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "graph.put";
            params: components["schemas"]["GraphPutParams"];
        };
        /** @description A call of `graph.get`. */
        GraphGetRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "graph.get";
            params: components["schemas"]["GraphGetParams"];
        };
        /** @description A call of `graph.list`. */
        GraphListRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "graph.list";
            params?: components["schemas"]["GraphListParams"];
        };
        /** @description A call of `graph.delete`. */
        GraphDeleteRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "graph.delete";
            params: components["schemas"]["GraphDeleteParams"];
        };
        /** @description A call of `job.submit`. */
        JobSubmitRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.submit";
            params?: components["schemas"]["JobSubmitParams"];
        };
        /** @description A call of `job.status`. */
        JobStatusRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.status";
            params: components["schemas"]["JobStatusParams"];
        };
        /** @description A call of `job.result`. */
        JobResultRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.result";
            params: components["schemas"]["JobResultParams"];
        };
        /** @description A call of `job.cancel`. */
        JobCancelRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.cancel";
            params: components["schemas"]["JobCancelParams"];
        };
        /** @description A call of `job.list`. */
        JobListRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.list";
            params?: components["schemas"]["JobListParams"];
        };
        /** @description A call of `job.delete`. */
        JobDeleteRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "job.delete";
            params: components["schemas"]["JobDeleteParams"];
        };
        /** @description A call of `operators`. */
        OperatorsRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "operators";
            params?: components["schemas"]["OperatorsParams"];
        };
        /** @description A call of `rpc.discover`. */
        RpcDiscoverRequest: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id?: components["schemas"]["RpcId"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            method: "rpc.discover";
            params?: components["schemas"]["RpcDiscoverParams"];
        };
        /** @description A string, or null. */
        RpcTextId: string | null;
        /**
         * Format: double
         * @description A number.
         */
        RpcNumberId: number;
        /** @description A string, a number or null, echoed as it was written; a call without one is a notification. */
        RpcId: components["schemas"]["RpcTextId"] | components["schemas"]["RpcNumberId"];
        /** @description A call of one of the methods. */
        RpcCall: components["schemas"]["EvaluateRequest"] | components["schemas"]["JvpRequest"] | components["schemas"]["VjpRequest"] | components["schemas"]["GradientRequest"] | components["schemas"]["JacobianRequest"] | components["schemas"]["HvpRequest"] | components["schemas"]["HessianRequest"] | components["schemas"]["NumericalRequest"] | components["schemas"]["CheckRequest"] | components["schemas"]["CompareRequest"] | components["schemas"]["TraceRequest"] | components["schemas"]["SymbolicRequest"] | components["schemas"]["ExplainRequest"] | components["schemas"]["GraphPutRequest"] | components["schemas"]["GraphGetRequest"] | components["schemas"]["GraphListRequest"] | components["schemas"]["GraphDeleteRequest"] | components["schemas"]["JobSubmitRequest"] | components["schemas"]["JobStatusRequest"] | components["schemas"]["JobResultRequest"] | components["schemas"]["JobCancelRequest"] | components["schemas"]["JobListRequest"] | components["schemas"]["JobDeleteRequest"] | components["schemas"]["OperatorsRequest"] | components["schemas"]["RpcDiscoverRequest"];
        /** @description A batch of calls. */
        RpcCalls: components["schemas"]["RpcCall"][];
        /** @description A call, or a batch of them. */
        RpcBody: components["schemas"]["RpcCall"] | components["schemas"]["RpcCalls"];
        /** @description The answer to a call that went well. */
        RpcSuccess: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id: components["schemas"]["RpcId"];
            /** @description What the method answers: of `jacobian`, a `JacobianResult`. */
            result: unknown;
        };
        /** @description The answer to a call that failed. */
        RpcFailure: {
            /** @enum {string} */
            jsonrpc: "2.0";
            id: components["schemas"]["RpcId"];
            error: components["schemas"]["RpcError"];
        };
        /** @description An error in JSON-RPC. */
        RpcError: {
            /** Format: int32 */
            code: number;
            message: string;
            data: components["schemas"]["ErrorDetails"];
        };
        /** @description The answer to one call. */
        RpcReply: components["schemas"]["RpcSuccess"] | components["schemas"]["RpcFailure"];
        /** @description The answers to a batch. */
        RpcReplies: components["schemas"]["RpcReply"][];
        /** @description The answer to a call, or to a batch. */
        RpcAnswer: components["schemas"]["RpcReply"] | components["schemas"]["RpcReplies"];
        /** @description An error, as in RFC 9457. */
        Problem: {
            /** @enum {string} */
            type: "urn:cotangent:error:parse_error" | "urn:cotangent:error:invalid_request" | "urn:cotangent:error:method_not_found" | "urn:cotangent:error:invalid_params" | "urn:cotangent:error:internal_error" | "urn:cotangent:error:invalid_graph" | "urn:cotangent:error:graph_not_found" | "urn:cotangent:error:response_too_large" | "urn:cotangent:error:limit_exceeded" | "urn:cotangent:error:deadline_exceeded" | "urn:cotangent:error:overloaded" | "urn:cotangent:error:input_mismatch" | "urn:cotangent:error:not_differentiable" | "urn:cotangent:error:job_not_found" | "urn:cotangent:error:job_not_ready" | "urn:cotangent:error:idempotency_conflict" | "urn:cotangent:error:quota_exceeded" | "urn:cotangent:error:blob_not_found" | "urn:cotangent:error:worker_lost" | "urn:cotangent:error:unauthorized" | "urn:cotangent:error:forbidden";
            title: string;
            /** Format: int32 */
            status: number;
            detail: string;
            /** @description `urn:uuid:` and the request's id, to quote when reporting a fault. */
            instance: string;
            /**
             * Format: int32
             * @description The code of the error in JSON-RPC.
             */
            code: number;
            data: components["schemas"]["ErrorDetails"];
        };
        /** @description The error's type, and what a client can act on: each type has members of its own. */
        ErrorDetails: {
            /** @enum {string} */
            type: "parse_error" | "invalid_request" | "method_not_found" | "invalid_params" | "internal_error" | "invalid_graph" | "graph_not_found" | "response_too_large" | "limit_exceeded" | "deadline_exceeded" | "overloaded" | "input_mismatch" | "not_differentiable" | "job_not_found" | "job_not_ready" | "idempotency_conflict" | "quota_exceeded" | "blob_not_found" | "worker_lost" | "unauthorized" | "forbidden";
            /** @description what is wrong in a graph */
            reason?: string;
            /** @description the node where it is */
            node?: string;
            /** @description its operand, by name or by number */
            operand?: unknown;
            /**
             * Format: int64
             * @description the line of a formula
             */
            line?: number;
            /**
             * Format: int64
             * @description the column in that line
             */
            column?: number;
            /** @description what stands there, and a caret below it */
            excerpt?: string;
            /** @description the faults of `params` */
            issues?: components["schemas"]["Issue"][];
            /** @description the input or seed */
            name?: string;
            /** @description what it should be */
            expected?: string;
            /** @description the limit that would be passed */
            limit?: string;
            /**
             * Format: double
             * @description what it allows
             */
            allowed?: number;
            /** @description what was received: a number, or of an input a description */
            received?: unknown;
            /** @description the id that is unknown */
            graph?: string;
            /** @description the job that it is about */
            job?: string;
            /** @description the blob that is unknown */
            blob?: string;
            /**
             * Format: int64
             * @description which of a job's calls it is about
             */
            call?: number;
            /** @description where the answer can be had that is too long here */
            href?: string;
            /** @description the quota that is used up */
            quota?: string;
            /** @description what the key does not allow */
            scope?: string;
            /**
             * Format: double
             * @description milliseconds after which the call was given up
             */
            timeoutMs?: number;
            /**
             * Format: double
             * @description milliseconds after which to come back
             */
            retryAfterMs?: number;
            /** @description what to quote when reporting a fault */
            requestId?: string;
        };
        /** @description A fault of `params`. */
        Issue: {
            /** @description a JSON Pointer into `params` */
            path: string;
            /** @description what is wrong there */
            message: string;
        };
        /** @description That all is well. */
        Health: {
            /** @enum {string} */
            status: "ok";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    evaluate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluateResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jvp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JvpParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JvpResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vjp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VjpParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VjpResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gradient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GradientParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GradientResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jacobian: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JacobianParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JacobianResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hvp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HvpParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HvpResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hessian: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HessianParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HessianResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    numerical: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NumericalParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NumericalResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompareParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TraceParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    symbolic: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SymbolicParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolicResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExplainParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplainResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graphPut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GraphPutParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphPutResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graphGet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GraphGetParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphGetResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graphList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GraphListParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphListResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `method_not_found`: No such method. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graphDelete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GraphDeleteParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphDeleteResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `method_not_found`: No such method. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobSubmit: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description As `idempotencyKey`.
                 * @example my-first-job
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["JobSubmitParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobSubmitResult"];
                };
            };
            /** @description The job, which was accepted. */
            202: {
                headers: {
                    /** @description Where the job is told of. */
                    Location?: string;
                    /** @description Seconds after which to ask again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobSubmitResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `graph_not_found`: The graph id is unknown or was evicted: send the graph again.
             *
             *     `blob_not_found`: A tensor names a blob that was not sent, or whose time is over: PUT it again.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             *
             *     `idempotency_conflict`: Other parameters were sent with this idempotency key before; `data.job` is what they became.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobStatusParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobResult: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobResultParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResultResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_ready`: The job has not ended, or what is asked for has not been computed; `Retry-After` says when to come back. */
            409: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_graph`: Something inside `graph` is wrong; `data` names the node, the operand and the reason.
             *
             *     `input_mismatch`: The name, shape, dtype or value of an input or seed does not fit the graph.
             *
             *     `not_differentiable`: The derivative asked for does not exist, for example with respect to an int32 input.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it.
             *
             *     `worker_lost`: Of a job's chunk: what ran it died, failed or took too long, three times.
             */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `deadline_exceeded`: The call did not finish within `data.timeoutMs`; its work was stopped. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobCancelParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCancelResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["JobListParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobListResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobDelete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobDeleteParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobDeleteResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_ready`: The job has not ended, or what is asked for has not been computed; `Retry-After` says when to come back. */
            409: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OperatorsParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorsResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rpcDiscover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RpcDiscoverParams"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcDiscoverResult"];
                };
            };
            /**
             * @description `parse_error`: The body is not JSON, is not UTF-8, or nests too deeply.
             *
             *     `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The SHA-256 of all bytes that are sent. */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/x-npy": string;
            };
        };
        responses: {
            /** @description They were kept already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description what tensors name them by */
                        blob: string;
                        /**
                         * Format: int64
                         * @description how many of them count
                         */
                        bytes: number;
                        shape?: components["schemas"]["Shape"];
                        dtype?: components["schemas"]["DType"];
                    };
                };
            };
            /** @description They are kept now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description what tensors name them by */
                        blob: string;
                        /**
                         * Format: int64
                         * @description how many of them count
                         */
                        bytes: number;
                        shape?: components["schemas"]["Shape"];
                        dtype?: components["schemas"]["DType"];
                    };
                };
            };
            /** @description `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes have another digest than they are called by. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: {
                /** @description Seconds to wait for another state. */
                wait?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0123456789abcdefghijklmnop
                 */
                job: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job; with `Retry-After` until it has ended. */
            200: {
                headers: {
                    /** @description Seconds after which to ask again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": "job_0123456789abcdefghijklmnop",
                     *       "state": "succeeded",
                     *       "method": "jacobian",
                     *       "graph": "sha256:76ab19010b4dab1e4d9c3edffd41c70fdafaa801fdaac71e407c64ac5d197174",
                     *       "labels": [
                     *         "example"
                     *       ],
                     *       "priority": "normal",
                     *       "createdAt": "2026-11-28T09:00:00.000Z",
                     *       "startedAt": "2026-11-28T09:00:00.002Z",
                     *       "endedAt": "2026-11-28T09:00:00.012Z",
                     *       "expiresAt": "2026-11-29T09:00:00.012Z",
                     *       "progress": {
                     *         "points": {
                     *           "total": 20,
                     *           "done": 20,
                     *           "failed": 0
                     *         },
                     *         "chunks": {
                     *           "total": 2,
                     *           "done": 2,
                     *           "running": 0,
                     *           "failed": 0,
                     *           "retried": 0
                     *         }
                     *       },
                     *       "result": {
                     *         "href": "/v1/jobs/job_0123456789abcdefghijklmnop/result",
                     *         "bytes": 480
                     *       },
                     *       "arithmetic": "cotangent/0.1.0;fma"
                     *     }
                     */
                    "application/json": components["schemas"]["JobStatusResult"];
                };
            };
            /** @description `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobEvents: {
        parameters: {
            query?: {
                /** @description The event behind which to begin, as `Last-Event-ID`. */
                after?: number;
                /** @description With 1, chunks are told too. */
                chunks?: "0" | "1" | "false" | "true";
            };
            header?: {
                /** @description The last event that the client has. */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example job_0123456789abcdefghijklmnop
                 */
                job: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *
                     *     id: 8
                     *     event: end
                     *     data: {"job":"job_0123456789abcdefghijklmnop","state":"succeeded","method":"jacobian","graph":"sha256:76ab19010b4dab1e4d9c3edffd41c70fdafaa801fdaac71e407c64ac5d197174","labels":["example"],"priority":"normal","createdAt":"2026-11-28T09:00:00.000Z","startedAt":"2026-11-28T09:00:00.002Z","endedAt":"2026-11-28T09:00:00.012Z","expiresAt":"2026-11-29T09:00:00.012Z","progress":{"points":{"total":20,"done":20,"failed":0},"chunks":{"total":2,"done":2,"running":0,"failed":0,"retried":0}},"result":{"href":"/v1/jobs/job_0123456789abcdefghijklmnop/result","bytes":480},"arithmetic":"cotangent/0.1.0;fma"}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description There are no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobResult: {
        parameters: {
            query?: {
                /** @description With 1, the lines wait for chunks that are still to come. */
                follow?: "0" | "1" | "false" | "true";
                /** @description One tensor of the answer by its members, as `jacobian.y.x1`. */
                tensor?: string;
                /** @description How JSON writes tensors; absent, as submitted. */
                encoding?: "json" | "flat" | "base64";
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0123456789abcdefghijklmnop
                 */
                job: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer, or one tensor of it. */
            200: {
                headers: {
                    /** @description The SHA-256 of the bytes, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "application/json": components["schemas"]["JobResultResult"];
                    "application/x-npy": string;
                    "application/octet-stream": string;
                };
            };
            /** @description A range of the bytes. */
            206: {
                headers: {
                    /** @description The SHA-256 of the bytes, quoted. */
                    ETag?: string;
                    /** @description Which bytes. */
                    "Content-Range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-npy": string;
                    "application/octet-stream": string;
                };
            };
            /** @description The client has these bytes. */
            304: {
                headers: {
                    /** @description The SHA-256 of the bytes, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_params`: The structure of `params` is wrong; `data.issues` lists a JSON Pointer and a message for each fault. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_found`: There is no such job: it was never accepted, its time is over, or it is another tenant's. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `job_not_ready`: The job has not ended, or what is asked for has not been computed; `Retry-After` says when to come back. */
            409: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `response_too_large`: The answer would pass the response limit.
             *
             *     `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received.
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `internal_error`: A fault of the service; quote `data.requestId` when reporting it.
             *
             *     `worker_lost`: Of a job's chunk: what ran it died, failed or took too long, three times.
             */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rpc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RpcBody"];
            };
        };
        responses: {
            /** @description Every outcome of JSON-RPC, errors too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcAnswer"];
                };
            };
            /** @description There is nothing to say: only notifications were sent. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not HTTP as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description `Accept` asks for nothing that answers are written in. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description The body came too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description `limit_exceeded`: A limit would be passed; `data` names it, what is allowed and what was received. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description The content type is neither textual nor CBOR, or the body is compressed in a way that is not known. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RpcFailure"];
                };
            };
        };
    };
    openApiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openApiYaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openApiClientYaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openRpcJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request comes from a web page of another origin, or names another host. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The service is saturated or draining; try again after `data.retryAfterMs`. */
            503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unauthorized`: The service asks for a key, and there is none or it is not valid. */
            401: {
                headers: {
                    /** @description `Bearer`: what is asked for. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The request comes from a web page of another origin, or names another host.
             *
             *     `forbidden`: The key does not allow what is asked for; `data.scope` names what it lacks.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The route does not take this verb. */
            405: {
                headers: {
                    /** @description The verbs that the route takes. */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota_exceeded`: The caller has used up what it may have; `data` names the quota, and `Retry-After` says when to come back. */
            429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
