"""JAX + optax on the work of work.py. Needs jax and optax; one argument: double or float, then names of works (none: all)."""
import os
import sys

precision = sys.argv[1]
works = sys.argv[2:]
os.environ["JAX_ENABLE_X64"] = "1" if precision == "double" else "0"
os.environ["JAX_PLATFORMS"] = "cpu"
if len(os.sched_getaffinity(0)) == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import optax

import work

number = jnp.float64 if precision == "double" else jnp.float32
version = f"{jax.__version__} + optax {optax.__version__}"


def value(x):
    return jnp.sum(x * x + 3.0 * jnp.sin(x) ** 2)


def scale_by_sadam():
    """m / (softplus(beta sqrt(v)) / beta), no corrections."""
    def init(x):
        return (jnp.zeros_like(x), jnp.zeros_like(x))

    def update(g, state, _=None):
        m = work.BETA1 * state[0] + (1.0 - work.BETA1) * g
        v = work.BETA2 * state[1] + (1.0 - work.BETA2) * g * g
        return m / (jax.nn.softplus(work.SADAM_BETA * jnp.sqrt(v)) / work.SADAM_BETA), (m, v)

    return optax.GradientTransformation(init, update)


def optimizer(method):
    if method == "sadam":
        return optax.chain(scale_by_sadam(), optax.scale(-work.ETA))
    return optax.adam(work.ETA, b1=work.BETA1, b2=work.BETA2, eps=work.EPS)


def trajectories(shape, noise, method):
    """jit of vmap of scan: a scan over the recorded steps, between them a loop of plain steps. Every replica is given its own start, or the
    replicas of a run without noise would be made once."""
    rule = optimizer(method)
    steps = np.array(work.record_steps(shape["steps"], shape["records"]))
    before = np.concatenate([[0], steps[:-1]])

    def one(key, x):

        def step(t, carry):
            x, state = carry
            g = jax.grad(value)(x)
            if noise == "gaussian":
                g = g + work.SIGMA * jax.random.normal(jax.random.fold_in(key, t), x.shape, number)
            change, state = rule.update(g, state, x)
            return optax.apply_updates(x, change), state

        def segment(carry, ends):
            carry = jax.lax.fori_loop(ends[0], ends[1], step, carry)
            x = carry[0]
            return carry, (value(x), jnp.sum(jax.grad(value)(x) ** 2))

        return jax.lax.scan(segment, (x, rule.init(x)), (before, steps))[1]

    return jax.jit(jax.vmap(one))


def run_shape(name, shape, noise, method, implementation, repeats):
    keys = jax.random.split(jax.random.key(1, impl=implementation), shape["replicas"])
    starts = jnp.full((shape["replicas"], shape["dim"]), work.START, number)
    program = trajectories(shape, noise, method)
    seconds, first = work.measured(lambda: jax.block_until_ready(program(keys, starts)), repeats)
    peer = "JAX" if implementation == "threefry2x32" else f"JAX ({implementation})"
    work.say(peer, version, name, precision, noise, method, seconds, shape["dim"] * shape["replicas"] * shape["steps"], first)


def step_alone(count, calls, name):
    rule = optimizer("adam")
    x, g = jnp.ones(count, number), jnp.full(count, 0.5, number)
    state = rule.init(x)

    def step(x, state, g):
        change, state = rule.update(g, state, x)
        return optax.apply_updates(x, change), state

    step = jax.jit(step, donate_argnums=(0, 1))
    held = [x, state]

    def run():
        for _ in range(calls):
            held[0], held[1] = step(held[0], held[1], g)
        jax.block_until_ready(held)

    seconds, first = work.measured(run, 7)
    work.say("JAX", version, name, precision, "given", "adam", seconds, (count if name == "step alone" else 1) * calls, first)


def wanted(name):
    return not works or name in works


if wanted("sweep"):
    for noise in ("none", "gaussian"):
        run_shape("sweep", work.SWEEP, noise, "adam", "threefry2x32", 3)
    run_shape("sweep", work.SWEEP, "gaussian", "adam", "unsafe_rbg", 3)
    run_shape("sweep", work.SWEEP, "gaussian", "sadam", "threefry2x32", 3)
if wanted("large"):
    run_shape("large", work.LARGE, "none", "adam", "threefry2x32", 3)
if wanted("step alone"):
    step_alone(work.STEP_ALONE, 5, "step alone")
if wanted("call"):
    step_alone(work.CALL, 2000, "call")
