"""Writes singular.json: derivatives at singular points, by closed forms and limits: `python test/data/make-singular.py`.

Each has a formula and its inputs; the gradient that is right and, where there is `hessian`, the Hessian; the types of
warnings that are told (`warns`), and whether any warning may take the place of what is right (`mayWarn`).
"""

import json
import math
import pathlib

inf, nan = math.inf, math.nan
cases = []


def written(x):
    if isinstance(x, list):
        return [written(y) for y in x]
    if math.isnan(x):
        return "NaN"
    return x if math.isfinite(x) else ("Infinity" if x > 0 else "-Infinity")


def case(expression, at, grad=None, hess=None, warn=(), value=None, orwarn=False, rtol=1e-12):
    cases.append(
        {
            "expression": expression,
            "inputs": {name: written(x) for name, x in at.items()},
            **({} if grad is None else {"gradient": {name: written(x) for name, x in grad.items()}}),
            **({} if hess is None else {"hessian": written(hess)}),
            **({} if value is None else {"value": value}),
            **({"warns": sorted(warn)} if warn else {}),
            **({"mayWarn": True} if orwarn else {}),
            **({} if rtol == 1e-12 else {"rtol": rtol}),
        }
    )


# softplus family etc
case("softplus(x)",{"x":1000.0},{"x":1.0})
case("softplus(x)",{"x":-1000.0},{"x":0.0})
case("softplus(x)",{"x":inf},{"x":1.0},warn={"nonfinite"})
case("softplus(x)",{"x":-inf},{"x":0.0})
case("log1p(exp(x))",{"x":1000.0},{"x":1.0},orwarn=True)
case("log1p(exp(x))",{"x":-1000.0},{"x":0.0},orwarn=True)
case("sigmoid(x)",{"x":inf},{"x":0.0})
case("sigmoid(x)",{"x":-800.0},{"x":0.0})
case("log_sigmoid(x)",{"x":-1000.0},{"x":1.0},value=-1000.0)
case("logsumexp(x)",{"x":[1000.0,1000.0]},{"x":[.5,.5]})
case("logsumexp(x)",{"x":[-inf,-inf]},orwarn=True,grad={"x":[nan,nan]})
case("logsumexp(x)",{"x":[0.0,-inf]},{"x":[1.0,0.0]})
case("sum(softmax(x)*c)",{"x":[1e308,-1e308],"c":[1.0,2.0]},{"x":[0.0,0.0],"c":[1.0,0.0]})
case("sum(softmax(x)*c)",{"x":[inf,0.0],"c":[1.0,2.0]},{"c":[nan,nan]},orwarn=True)
case("sum(log_softmax(x)*c)",{"x":[-1000.0,0.0],"c":[1.0,0.0]},{"x":[1.0,-1.0]})
case("log_softmax(x)@c",{"x":[5.0],"c":[1.0]},{"x":[0.0]})
# norm, hypot, atan2
case("norm(x)",{"x":[0.0,0.0]},{"x":[0.0,0.0]})
case("norm(x)",{"x":[3e200,4e200]},{"x":[.6,.8]})
case("norm(x)",{"x":[3e-300,4e-300]},{"x":[.6,.8]})
case("norm(x)",{"x":[inf,1.0]},{"x":[nan,0.0]},orwarn=True)
case("hypot(x,y)",{"x":0.0,"y":0.0},{"x":0.0,"y":0.0})
case("hypot(x,y)",{"x":1e-320,"y":0.0},{"x":1.0,"y":0.0})
case("hypot(hypot(x,y),z)",{"x":0.0,"y":0.0,"z":2.0},{"x":0.0,"y":0.0,"z":1.0})
case("sqrt(x^2+y^2)",{"x":0.0,"y":0.0},{"x":0.0},orwarn=True)
case("sqrt(x^2)",{"x":-3.0},{"x":-1.0})
case("atan2(y,x)",{"y":0.0,"x":-1.0},{"y":-1.0,"x":0.0})
case("atan2(y,x)",{"y":1e-300,"x":1e300},{"y":1e-300,"x":0.0})
case("atan2(y,x)",{"y":0.0,"x":0.0},{"y":0.0,"x":0.0})
case("norm(x)^2",{"x":[0.0,0.0]},{"x":[0.0,0.0]},[[2.0,0],[0,2.0]],orwarn=True)
case("hypot(x,y)^2",{"x":0.0,"y":0.0},{},[[2.0,0],[0,2.0]],orwarn=True)
case("abs(x)^2",{"x":0.0},{},[[2.0]],orwarn=True)
case("sqrt(x)^2",{"x":0.0},{"x":1.0},orwarn=True)
case("square(norm(x))",{"x":[0.0,0.0]},{},[[2.0,0],[0,2.0]],orwarn=True)
case("abs(x)*abs(x)",{"x":0.0},{},[[2.0]],orwarn=True)
case("abs(abs(x))",{"x":-2.0},{"x":-1.0})
case("abs(x)^3",{"x":0.0},{"x":0.0},[[0.0]],orwarn=True)
case("abs(x)^3",{"x":-2.0},{"x":-12.0},[[12.0]])
case("norm(x)^3",{"x":[0.0,0.0]},{},[[0.0,0],[0,0.0]],orwarn=True)
case("norm(x)^4",{"x":[0.0,0.0]},{},[[0.0,0],[0,0.0]],orwarn=True)
case("exp(-norm(x))",{"x":[0.0,0.0]},{"x":[0.0,0.0]})
case("(1+norm(x))*exp(-norm(x))",{"x":[0.0]},{"x":[0.0]},[[-1.0]],orwarn=True)
case("sinc(norm(x))",{"x":[0.0,0.0]},{"x":[0.0,0.0]},[[-1/3,0],[0,-1/3]],orwarn=True)
# pow
case("x^y",{"x":0.0,"y":2.0},{"x":0.0,"y":0.0})
case("x^y",{"x":0.0,"y":1.0},{"x":1.0,"y":0.0})
case("x^y",{"x":0.0,"y":0.5},{"x":inf,"y":0.0})
case("x^y",{"x":0.0,"y":0.0},{"x":0.0,"y":0.0})
case("x^y",{"x":-2.0,"y":3.0},{"x":12.0,"y":nan},orwarn=True)
case("x^2",{"x":0.0},{"x":0.0},[[2.0]])
case("x^3",{"x":0.0},{"x":0.0},[[0.0]])
case("x^1",{"x":0.0},{"x":1.0},[[0.0]])
case("x^0",{"x":0.0},{"x":0.0},[[0.0]])
case("x^0.5",{"x":0.0},{"x":inf})
case("x^1.5",{"x":0.0},{"x":0.0},[[inf]])
case("x^-1",{"x":0.0},{"x":-inf},warn={"nonfinite"})
case("(-8)^x",{"x":2.0},{"x":nan},orwarn=True)
case("2^x",{"x":-2000.0},{"x":0.0})
case("2^x",{"x":2000.0},warn={"nonfinite"})
case("0^x",{"x":2.0},{"x":0.0})
case("x*log(x)",{"x":0.0},warn={"nonfinite"})
case("xlogy(x,x)",{"x":0.0},{"x":-inf},orwarn=True)
case("x^3",{"x":1e-200},{"x":0.0},[[6e-200]])
# where guards
case("where(x>0, log(x), 0)",{"x":-1.0},{"x":0.0})
case("where(x>0, log(x), 0)",{"x":0.0},{"x":0.0})
case("where(x==0, 1, sin(x)/x)",{"x":0.0},{"x":0.0},orwarn=True)
case("where(x<0, 0, sqrt(x))",{"x":-1.0},{"x":0.0})
case("where(x!=0, x/abs(x), 0)",{"x":2.0},{"x":0.0})
case("where(x>=0, sqrt(x), sqrt(-x))",{"x":-4.0},{"x":-0.25})
case("where(abs(x)<1, acos(x), 0)",{"x":5.0},{"x":0.0})
case("sum(where(x>0, log(x), 0))",{"x":[1.0,0.0,-1.0]},{"x":[1.0,0.0,0.0]})
case("where(x>0,1/x,0)*y",{"x":0.0,"y":3.0},{"x":0.0,"y":0.0})
case("maximum(log(x), 0)",{"x":0.0},{"x":0.0})
case("minimum(1/x, 1)",{"x":0.0},{"x":0.0})
case("relu(log(x))",{"x":0.0},{"x":0.0})
case("clip(x,min=0,max=1)",{"x":0.5},{"x":1.0})
case("where(x>0, x, 0)*where(x>0, 1/x, 1)",{"x":0.0},{"x":0.0})
case("exp(where(x>700, 700, x))",{"x":1e4},{"x":0.0})
case("log(where(x>0, x, 1))",{"x":-3.0},{"x":0.0})
case("where(logical_and(x>0, y>0), log(x*y), 0)",{"x":-1.0,"y":-1.0},{"x":0.0,"y":0.0})
# var/std
case("var(x)",{"x":[2.0,2.0,2.0]},{"x":[0.0]*3})
case("std(x)",{"x":[2.0,2.0]},{"x":[0.0]*2})
case("std(x)",{"x":[1e8,1e8+1]},{"x":[-.5,.5]})
case("mean(x)/std(x)",{"x":[1.0,1.0]},warn={"nonfinite"})
case("std(x)^2",{"x":[1.0,1.0]},{},[[.5,-.5],[-.5,.5]],orwarn=True)
case("var(x)",{"x":[1.0,1.0]},{},[[.5,-.5],[-.5,.5]])
# matern kernels
s3="r=norm(x-y); (1+sqrt(3)*r)*exp(-sqrt(3)*r)"
case(s3,{"x":[1.0,2.0],"y":[1.0,2.0]},{"x":[0.0,0.0]})
case("r=norm(x-y); (1+sqrt(5)*r+5*r^2/3)*exp(-sqrt(5)*r)",{"x":[1.0],"y":[1.0]},{"x":[0.0]},[[-5/3,5/3],[5/3,-5/3]],orwarn=True)
case("exp(-norm(x-y)^2/2)",{"x":[1.0],"y":[1.0]},{"x":[0.0]},[[-1.0,1.0],[1.0,-1.0]],orwarn=True)
case("exp(-norm(x-y))",{"x":[1.0],"y":[1.0]},{"x":[0.0]})
case("r=sqrt(sum((x-y)^2)); exp(-r)",{"x":[1.0],"y":[1.0]},{"x":[0.0]},orwarn=True)
# prod, cumulative
case("prod(x)",{"x":[0.0,2.0,3.0]},{"x":[6.0,0.0,0.0]},[[0,3.0,2.0],[3.0,0,0],[2.0,0,0]])
case("prod(x)",{"x":[0.0,0.0,3.0]},{"x":[0.0]*3},[[0,3.0,0],[3.0,0,0],[0,0,0]])
case("sum(cumulative_prod(x))",{"x":[0.0,2.0]},{"x":[3.0,0.0]})
case("prod(x)",{"x":[inf,0.0]},warn={"nonfinite"})
case("max(x)",{"x":[1.0,1.0]},{"x":[.5,.5]})
case("max(x)",{"x":[nan,1.0]},{"x":[nan,nan]},warn={"nonfinite"})
case("sum(cumulative_sum(x)^2)",{"x":[0.0,0.0]},{"x":[0.0,0.0]},[[4.0,2.0],[2.0,2.0]])
# rounding, sign
case("floor(x)*x",{"x":2.0},{"x":2.0})
case("sign(x)*x",{"x":0.0},{"x":0.0})
case("round(x)+x",{"x":2.5},{"x":1.0})
case("remainder(x,1)",{"x":3.0},{"x":1.0})
case("x-floor(x)",{"x":3.0},{"x":1.0})
case("abs(x)",{"x":0.0},{"x":0.0},[[0.0]],warn={"kink"})
case("maximum(x,y)",{"x":1.0,"y":1.0},{"x":.5,"y":.5},[[0,0],[0,0.0]],warn={"kink"})
case("relu(x)",{"x":0.0},{"x":0.0},[[0.0]],warn={"kink"})
# inverse trig etc
case("acos(x)",{"x":1.0},{"x":-inf})
case("acos(cos(x))",{"x":0.0},{"x":0.0},orwarn=True)
case("tanh(atanh(x))",{"x":1.0},{"x":1.0},orwarn=True)
case("atanh(tanh(x))",{"x":30.0},{"x":1.0},orwarn=True)
case("acosh(x)",{"x":1.0},{"x":inf})
case("exp(log(x))",{"x":0.0},{"x":1.0},orwarn=True)
case("log(exp(x))",{"x":-1000.0},{"x":1.0},orwarn=True)
case("log(exp(x))",{"x":1000.0},{"x":1.0},orwarn=True)
case("sqrt(x)*sqrt(x)",{"x":0.0},{"x":1.0},orwarn=True)
case("(x^2)^0.5",{"x":0.0},{"x":0.0},orwarn=True)
case("cbrt(x)^3",{"x":0.0},{"x":1.0},orwarn=True)
case("cbrt(x^3)",{"x":0.0},{"x":1.0},orwarn=True)
case("1/(1/x)",{"x":0.0},{"x":1.0},orwarn=True)
case("x/x",{"x":0.0},warn={"nonfinite"})
case("sin(x)/x",{"x":0.0},warn={"nonfinite"})
case("sinc(x)",{"x":0.0},{"x":0.0},[[-1/3]])
case("expm1(x)/x",{"x":0.0},warn={"nonfinite"})
case("exprel(x)",{"x":0.0},{"x":.5},[[1/3]])
case("tan(x)",{"x":math.pi/2},{"x":2.6670937881135714e32},rtol=1e-9)
case("exp(-1/x^2)",{"x":0.0},{"x":0.0},orwarn=True)
case("exp(-1/x)",{"x":0.0},orwarn=True,grad={"x":0.0})
case("x*sin(1/x)",{"x":0.0},warn={"nonfinite"})
case("log(abs(x))",{"x":0.0},warn={"nonfinite"})
case("x*exp(-x)",{"x":1000.0},{"x":0.0})
case("exp(x)*exp(-x)",{"x":800.0},orwarn=True,grad={"x":0.0})
case("tanh(x)",{"x":1000.0},{"x":0.0},[[0.0]])
case("erf(x)",{"x":30.0},{"x":0.0},[[0.0]])
case("1-tanh(x)^2",{"x":20.0},{"x":-8/(math.exp(20)+math.exp(-20))**2},orwarn=True)
case("E - 0.5*sin(E) - M",{"E":1.0,"M":0.5},{"E":1-.5*math.cos(1),"M":-1.0})
case("sqrt(1-e1^2)",{"e1":1.0},{"e1":-inf})
case("lgamma(x)",{"x":0.0},warn={"nonfinite"})
case("digamma(x)",{"x":1e-300},grad={"x":inf},orwarn=True)
case("x*y",{"x":0.0,"y":inf},warn={"nonfinite"})
case("y*0 + x",{"x":1.0,"y":inf},warn={"nonfinite"})
case("x@y",{"x":[0.0,1.0],"y":[inf,1.0]},warn={"nonfinite"})
case("sum(x/sum(x))",{"x":[0.0,0.0]},warn={"nonfinite"})
case("gelu(x)",{"x":-40.0},{"x":0.0})
case("gelu(x)",{"x":inf},{"x":1.0},orwarn=True)
case("silu(x)",{"x":-1000.0},{"x":0.0})
case("silu(x)",{"x":-inf},orwarn=True,grad={"x":0.0})
case("logaddexp(x,y)",{"x":inf,"y":inf},orwarn=True,grad={"x":.5,"y":.5})
case("logaddexp(x,y)",{"x":-inf,"y":0.0},{"x":0.0,"y":1.0})
case("logcosh(x)",{"x":1e-200},{"x":1e-200},[[1.0]])
case("log(cosh(x))",{"x":1000.0},{"x":1.0},orwarn=True)
case("log_ndtr(x)",{"x":-1e10},{"x":1e10},value=-5e19,rtol=1e-12)
case("log(ndtr(x))",{"x":-100.0},{"x":100.00999800099926},orwarn=True)
case("gammaincc(a,x)",{"a":0.5,"x":1000.0},{"x":0.0})
case("betainc(a,b,x)",{"a":1.0,"b":1.0,"x":0.0},{"x":1.0})
case("gammainc(a,x)",{"a":2.0,"x":0.0},{"x":0.0},[[0.0,0.0],[0.0,1.0]],orwarn=True)
case("zeta(s,q)",{"s":1.0,"q":2.0},warn={"nonfinite"})
case("ndtri(x)",{"x":0.0},warn={"nonfinite"})
case("i0e(x)",{"x":0.0},{"x":0.0})
case("cbrt(x)",{"x":0.0},{"x":inf})
case("fmod(x,y)",{"x":-5.5,"y":2.0},{"x":1.0,"y":2.0})
case("floor_divide(x,y)",{"x":7.0,"y":2.0},{"x":0.0,"y":0.0})
case("xlogy(x,y)",{"x":0.0,"y":0.0},{"x":-inf,"y":0.0},orwarn=True)
case("xlogy(x,y)",{"x":0.0,"y":2.0},{"x":math.log(2),"y":0.0})

text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
pathlib.Path(__file__).with_name("singular.json").write_text(f"[\n{text}\n]\n")
