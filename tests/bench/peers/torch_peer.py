"""PyTorch on the work of work.py: the fused Adam, and torch.compile of a whole step. One argument: double or float, then names of works."""
import os
import sys

import torch
import torch._inductor.config

import work

precision = sys.argv[1]
works = sys.argv[2:]
number = torch.float64 if precision == "double" else torch.float32
torch.set_num_threads(len(os.sched_getaffinity(0)))
version = torch.__version__
torch._inductor.config.fallback_random = True  # normals by the library's own kernel: 8 times faster here than those inductor writes out


def gradient(x):
    twice = x + x
    return twice + 3.0 * torch.sin(twice)


def record(x):
    sine = torch.sin(x)
    return (x * x + 3.0 * sine * sine).sum(-1), (gradient(x) ** 2).sum(-1)


def fused(shape, noise):
    """Replicas are rows of one parameter, the gradient is stated, autograd not asked."""
    recorded = set(work.record_steps(shape["steps"], shape["records"]))

    @torch.no_grad()
    def run():
        x = torch.full((shape["replicas"], shape["dim"]), work.START, dtype=number)
        x.requires_grad_(True)
        rule = torch.optim.Adam([x], lr=work.ETA, betas=(work.BETA1, work.BETA2), eps=work.EPS, fused=True)
        rows = []
        for t in range(1, shape["steps"] + 1):
            x.grad = gradient(x)
            if noise == "gaussian":
                x.grad.add_(torch.randn_like(x), alpha=work.SIGMA)
            rule.step()
            if t in recorded:
                rows.append(record(x))
        return rows

    return run


def compiled(shape, noise):
    recorded = set(work.record_steps(shape["steps"], shape["records"]))

    @torch.compile(dynamic=False)
    def step(x, m, v, c1, c2):
        g = gradient(x)
        if noise == "gaussian":
            g = g + work.SIGMA * torch.randn_like(x)
        m = work.BETA1 * m + (1.0 - work.BETA1) * g
        v = work.BETA2 * v + (1.0 - work.BETA2) * g * g
        return x - work.ETA * (m * c1) / (torch.sqrt(v * c2) + work.EPS), m, v

    corrections = torch.tensor([[1.0 / (1.0 - work.BETA1**t), 1.0 / (1.0 - work.BETA2**t)] for t in range(1, shape["steps"] + 1)], dtype=number)
    first, second = list(corrections[:, 0].unbind()), list(corrections[:, 1].unbind())

    @torch.no_grad()
    def run():
        x = torch.full((shape["replicas"], shape["dim"]), work.START, dtype=number)
        m, v = torch.zeros_like(x), torch.zeros_like(x)
        rows = []
        for t in range(1, shape["steps"] + 1):
            x, m, v = step(x, m, v, first[t - 1], second[t - 1])
            if t in recorded:
                rows.append(record(x))
        return rows

    return run


def run_shape(name, shape, noise):
    for peer, make in (("torch fused", fused), ("torch.compile", compiled)):
        try:
            seconds, first = work.measured(make(shape, noise), 3)
        except Exception as error:  # torch.compile needs a C++ compiler at run time
            print(f"{peer}: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        work.say(peer, version, name, precision, noise, "adam", seconds, shape["dim"] * shape["replicas"] * shape["steps"], first)


def step_alone(count, calls, name):
    x = torch.ones(count, dtype=number, requires_grad=True)
    x.grad = torch.full_like(x, 0.5)
    rule = torch.optim.Adam([x], lr=work.ETA, fused=True)

    def run():
        for _ in range(calls):
            rule.step()

    seconds, first = work.measured(run, 7)
    work.say("torch fused", version, name, precision, "given", "adam", seconds, (count if name == "step alone" else 1) * calls, first)


def wanted(name):
    return not works or name in works


if wanted("sweep"):
    for noise in ("none", "gaussian"):
        run_shape("sweep", work.SWEEP, noise)
if wanted("large"):
    run_shape("large", work.LARGE, "none")
if wanted("step alone"):
    step_alone(work.STEP_ALONE, 5, "step alone")
if wanted("call"):
    step_alone(work.CALL, 2000, "call")
