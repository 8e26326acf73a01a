"""The usual stack as a service: Redis, two workers of Celery with OpenCV, and FastAPI on uvicorn.

    python3 service.py FOLDER       (an empty folder: pictures come into FOLDER/in, results into FOLDER/out)

Says "ready URL" once the web server takes connections, and ends with its input, all of it.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time

PACKAGES = {"fastapi": "python3-fastapi", "uvicorn": "python3-uvicorn", "multipart": "python3-multipart", "celery": "python3-celery", "redis": "python3-redis", "cv2": "python3-opencv"}

missing = [package for module, package in PACKAGES.items() if importlib.util.find_spec(module) is None]
if shutil.which("redis-server") is None:
    missing.append("redis-server")
if missing:
    sys.exit(f"not installed (Debian): {' '.join(missing)}")

folder = os.path.abspath(sys.argv[1])
redis = os.path.join(folder, "redis.sock")
for name in ("in", "part", "out"):
    os.makedirs(os.path.join(folder, name))
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
environment = {**os.environ, "PEER_FOLDER": folder, "PEER_REDIS": f"redis+socket://{redis}"}
log = open(os.path.join(folder, "log"), "ab")


def start(*command):
    """Dies with this process, even when it is killed."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], cwd=os.path.dirname(os.path.abspath(__file__)), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_for(family, address):
    until = time.monotonic() + 30
    while True:
        with socket.socket(family) as one:
            if one.connect_ex(address) == 0:
                return
        if time.monotonic() > until or any(process.poll() is not None for process in processes):
            with open(log.name) as said:
                sys.exit(said.read()[-2000:])
        time.sleep(0.05)


processes = []
try:
    # Redis with its own defaults: a snapshot now and then, no log of every write.
    processes.append(start("redis-server", "--port", "0", "--unixsocket", redis, "--dir", folder))
    wait_for(socket.AF_UNIX, redis)
    processes.append(start(sys.executable, "-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"))
    processes.append(start(sys.executable, "-m", "uvicorn", "web:app", "--port", str(port), "--no-access-log", "--log-level", "warning"))
    wait_for(socket.AF_INET, ("127.0.0.1", port))
    print(f"ready http://127.0.0.1:{port}/", flush=True)
    sys.stdin.read()
finally:
    for process in reversed(processes):
        process.terminate()
        process.wait()
