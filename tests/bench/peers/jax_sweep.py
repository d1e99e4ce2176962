"""The study tests/bench/sweep.toml in JAX: 6 methods x 25 step sizes x 5 values of epsilon (or beta) x 32 replicas, 100 coordinates, 1000 steps,
Gaussian noise, 24 recorded steps. One argument: double or float. Prints seconds of running and of compiling on the cores it may use (on one: processor time).
"""
import os
import sys

precision = sys.argv[1]
os.environ["JAX_ENABLE_X64"] = "1" if precision == "double" else "0"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

import work

number = jnp.float64 if precision == "double" else jnp.float32
DIM, REPLICAS, STEPS, RECORDS = 100, 32, 1000, 24
ETAS = np.logspace(-4, -1, 25)
EPS = [1e-8, 1e-4, 1e-2, 1e-1, 1.0]
BETAS = [1000.0, 100.0, 50.0, 10.0, 1.0]

DENOMINATORS = {
    "adam": (lambda v, e: jnp.sqrt(v) + e, EPS, False), "amsgrad": (lambda v, e: jnp.sqrt(v) + e, EPS, True),
    "padam": (lambda v, e: (jnp.sqrt(v) + e) ** 0.25, EPS, False), "pamsgrad": (lambda v, e: (jnp.sqrt(v) + e) ** 0.25, EPS, True),
    "sadam": (lambda v, b: jax.nn.softplus(b * jnp.sqrt(v)) / b, BETAS, False), "samsgrad": (lambda v, b: jax.nn.softplus(b * jnp.sqrt(v)) / b, BETAS, True),
}


def value(x):
    return jnp.sum(x * x + 3.0 * jnp.sin(x) ** 2)


def program(denominator, maximum):
    steps = np.array(work.record_steps(STEPS, RECORDS))
    before = np.concatenate([[0], steps[:-1]])

    def one(eta, parameter, key):
        def step(t, carry):
            x, m, v, top = carry
            g = jax.grad(value)(x) + jax.random.normal(jax.random.fold_in(key, t), x.shape, number)
            m = work.BETA1 * m + (1.0 - work.BETA1) * g
            v = work.BETA2 * v + (1.0 - work.BETA2) * g * g
            top = jnp.maximum(top, v) if maximum else v
            return x - eta * m / denominator(top, parameter), m, v, top

        def segment(carry, ends):
            carry = jax.lax.fori_loop(ends[0], ends[1], step, carry)
            return carry, (value(carry[0]), jnp.sum(jax.grad(value)(carry[0]) ** 2))

        zero = jnp.zeros((DIM,), number)
        return jax.lax.scan(segment, (jnp.full((DIM,), work.START, number), zero, zero, zero), (before, steps))[1]

    grid = jax.vmap(jax.vmap(jax.vmap(one, (None, None, 0)), (None, 0, None)), (0, None, None))
    return jax.jit(grid)


keys = jax.random.split(jax.random.key(1), REPLICAS)
etas = jnp.asarray(ETAS, number)
running = compiling = 0.0
for name, (denominator, parameters, maximum) in DENOMINATORS.items():
    arguments = (etas, jnp.asarray(parameters, number), keys)
    start = work.clock()
    ready = program(denominator, maximum).lower(*arguments).compile()
    compiled = work.clock()
    jax.block_until_ready(ready(*arguments))
    compiling += compiled - start
    running += work.clock() - compiled
print(f"JAX {jax.__version__}, {precision}, {len(os.sched_getaffinity(0))} cores: {running:.1f} s running, {compiling:.1f} s compiling")
