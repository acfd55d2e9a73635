"""Pushes through a push service over TLS: how many a second one core encrypts and sends, and how long two workers take until
each of a province's telephones has been tried once, found out from the database, written down again."""

import base64
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import http_ece
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from bench import processes
from bench.ours.phones import BROWSERS
from bench.ours.server import Installation, on_postgres
from bench.plan import Plan
from bench.processes import ROOT, Meter, Running, cpu_seconds
from bench.report.table import Found, Table
from tests import services
from tests.delivery.certificate import certificate

WORKERS = 2
LONGEST = 600.0
EACH = {"per_s": "pushes a second", "cpu_us": "processor a push, µs"}
ALL = {
    "phones": "telephones",
    "seconds": "until each was tried, s",
    "recorded": "until all is written down, s",
    "repeats": "sent twice",
    "workers_us": "workers, µs a push",
    "database_us": "PostgreSQL, µs a push",
    "service_us": "the push service itself, µs a push",
}


class Service:
    """The push service, running."""

    def __init__(self, port: int, trust: Path, running: Running) -> None:
        self.origin = f"https://127.0.0.1:{port}"
        self.running = running
        # What an installation for which this is a push service needs to know: its host, and who vouches for it.
        self.environment = {"TESTING": "1", "OUTSIDE_TEST_HOSTS": f"127.0.0.1:{port}", "SSL_CERT_FILE": str(trust)}
        self._tls = ssl.create_default_context(cafile=str(trust))

    def told(self) -> dict[str, Any]:
        """What has come so far."""
        with urllib.request.urlopen(f"{self.origin}/told", context=self._tls) as answer:
            return dict(json.load(answer))


def measure(plan: Plan, _installation: Installation) -> Found:
    """Both, on an installation of its own."""
    each = Table("pushes_core", "encrypting and sending on one core, 2 KB of text, no database", EACH)
    every = Table("pushes_all", f"a flash notice to {plan.phones:,} telephones, {WORKERS} workers, PostgreSQL", ALL)
    with on_postgres() as installation:
        for _round in range(plan.rounds):
            with _service() as service:
                each.add("ours", **_on_one_core(installation, service, plan.pushes))
        with _service() as service:
            every.add("ours", **_to_all(installation, service, plan.phones))
    found = Found(tables=[each, every])
    found.tell("push_per_core_s", each.middle("ours", "per_s"), 0)
    found.tell("push_total_s", every.middle("ours", "seconds"))
    found.tell("push_repeats", every.middle("ours", "repeats"), 0)
    return found


@contextmanager
def _service() -> Iterator[Service]:
    with processes.folder("push") as folder:
        certificate(folder)
        port, pem = services.free_port(), folder / "service.pem"
        command = [*_on_core(1), sys.executable, "-m", "bench.ours.push_service", str(port), str(pem)]
        with Running(command, folder / "log") as running:
            running.wait_for("ready")
            yield Service(port, pem, running)


def _on_core(number: int) -> list[str]:
    """Kept to one core, where there are two: the service must not take from the sender's."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[number])] if len(cores) > number and len(cores) > 1 else []


def _on_one_core(installation: Installation, service: Service, count: int) -> dict[str, float]:
    command = [*_on_core(0), sys.executable, "-m", "bench.ours.pushing", str(count), service.origin]
    told = json.loads(_run(installation, service, command))
    if service.told()["pushes"] < count:
        raise RuntimeError("the service has fewer than were sent")
    found = {"per_s": count / told["seconds"], "cpu_us": told["cpu"] / count * 1e6}
    print(f"  pushes: {found['per_s']:,.0f} a second, {found['cpu_us']:,.0f} µs each", flush=True)
    return found


def _to_all(installation: Installation, service: Service, count: int) -> dict[str, float]:
    file = installation.folder / "phones.json"
    command = [sys.executable, "-m", "bench.ours.phones", str(count), service.origin, str(file)]
    _run(installation, service, command)
    made = json.loads(file.read_text())
    environment = installation.environment | service.environment
    deliver = [sys.executable, "manage.py", "deliver"]
    logs = [installation.folder / f"deliver-{number}.log" for number in range(WORKERS)]
    with Running(deliver, logs[0], env=environment) as one, Running(deliver, logs[1], env=environment) as two:
        time.sleep(5)
        cost: dict[str, Callable[[], float]] = {
            "workers": partial(cpu_seconds, [one.pid, two.pid]),
            "database": Meter(installation.postgres_pid).seconds,
            "service": partial(cpu_seconds, [service.running.pid]),
        }
        before = {name: seconds() for name, seconds in cost.items()}
        began = float(_run(installation, service, [sys.executable, "-m", "bench.ours.telling", str(made["broadcast"])]))
        recorded = _until_recorded(installation, count) - began
        told = service.told()
        used = {f"{name}_us": (seconds() - before[name]) / count * 1e6 for name, seconds in cost.items()}
    if told["addresses"] != count:
        raise RuntimeError(f"{told['addresses']} of {count} telephones were tried")
    _read(told["samples"], made["keys"])
    found = {
        "phones": count,
        "seconds": told["last"] - began,
        "recorded": recorded,
        "repeats": told["pushes"] - told["addresses"],
        **used,
    }
    print("  pushes: " + ", ".join(f"{name} {value:,.2f}" for name, value in found.items()), flush=True)
    return found


def _until_recorded(installation: Installation, count: int) -> float:
    """When it was that every delivery had ended well."""
    deadline = time.monotonic() + LONGEST
    with psycopg.connect(installation.database_url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            ask = "SELECT done_at IS NOT NULL FROM delivery_dispatch"
            if all(done for (done,) in connection.execute(ask)):
                row = connection.execute("SELECT count(*) FROM delivery_delivery WHERE state = 'sent'").fetchone()
                if row == (count,):
                    return time.monotonic()
            time.sleep(1)
    raise RuntimeError(f"after {LONGEST:.0f} s not every push is written down")


def _read(samples: list[tuple[str, str]], keys: list[tuple[str, str]]) -> None:
    """What arrived can be read by the browsers that it is for: nothing was measured that is not a push."""
    for path, body in samples:
        auth, private = keys[int(path.strip("/")) % BROWSERS]
        key = ec.derive_private_key(int(private, 16), ec.SECP256R1())
        secret = base64.urlsafe_b64decode(auth + "==")
        text = http_ece.decrypt(base64.b64decode(body), private_key=key, auth_secret=secret, version="aes128gcm")
        if not json.loads(text)["body"]:
            raise RuntimeError("a push without its text")


def _run(installation: Installation, service: Service, command: list[str]) -> str:
    environment = installation.environment | service.environment
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, timeout=LONGEST)
    return done.stdout.decode()
