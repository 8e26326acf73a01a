#!/usr/bin/env python3
"""A far worker for Revela in Python, with its standard library and an image tool: Pillow, ImageMagick or vips.

    REVELA_KEY=… python3 worker.py --server https://revela.example.com [--queues a,b] [--drain]

It shows the protocol of docs/far-worker.md from end to end, one job at a time, and does two operations: `flip` and,
where the tool's grey is the same as Revela's (BT.601), `grayscale`. Exit codes are those of `revela work`.
"""

import argparse
import base64
import datetime
import hashlib
import http.client
import ipaddress
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

FAILED, USAGE, UNREACHABLE, NOT_ALLOWED = 1, 2, 3, 4
LEASE_SECONDS = 20
BREAKS = (OSError, http.client.HTTPException)  # URLError and timeouts are OSErrors


# ---- the image tool --------------------------------------------------------------------------------------------------


class Tool:
    """Runs steps as commands. `commands` maps an operation to its arguments, made of a step's options."""

    def __init__(self, name, commands):
        self.name, self.commands = name, commands

    def command(self, step, source, target):
        return self.commands[step["op"]](step, source, target)


def across(step):
    return step.get("direction", "horizontal") == "horizontal"


def pillow():
    code = (
        "import sys; from PIL import Image, ImageOps; op, source, target = sys.argv[1:]\n"
        "picture = ImageOps.exif_transpose(Image.open(source))\n"
        "if op == 'grayscale': picture = picture.convert('LA' if 'A' in picture.getbands() else 'L')\n"
        "else: picture = ImageOps.mirror(picture) if op == 'mirror' else ImageOps.flip(picture)\n"
        "picture.save(target)"
    )
    if subprocess.run([sys.executable, "-c", "import PIL"], capture_output=True).returncode != 0:
        return None

    def run(op):
        return lambda step, source, target: [sys.executable, "-c", code, op(step), source, target]

    return Tool("pillow", {"grayscale": run(lambda step: "grayscale"), "flip": run(lambda step: "mirror" if across(step) else "flip")})


def image_magick():
    program = shutil.which("magick") or shutil.which("convert")
    if program is None or b"ImageMagick" not in subprocess.run([program, "-version"], capture_output=True).stdout:
        return None

    def run(*arguments):
        return lambda step, source, target: [program, source, "-auto-orient", *[a(step) if callable(a) else a for a in arguments], target]

    return Tool("imagemagick", {"grayscale": run("-grayscale", "Rec601Luma"), "flip": run(lambda step: "-flop" if across(step) else "-flip")})


def vips():
    program = shutil.which("vips")
    if program is None:
        return None
    # [autorotate] is an option of the reader: the picture lies as it is shown before it is flipped.
    return Tool("vips", {"flip": lambda step, source, target: [program, "flip", upright(source), target, "horizontal" if across(step) else "vertical"]})


def upright(source):
    return source + "[autorotate=true]" if source.endswith(".jpg") else source


def find_tool():
    for find in (pillow, image_magick, vips):
        tool = find()
        if tool is not None:
            return tool
    sys.exit(complain(FAILED, "no image tool was found: install Pillow, ImageMagick or the vips program (Debian: python3-pil, imagemagick, libvips-tools)"))


# ---- the server ------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """The server said no, in the words of its problem answer (RFC 9457)."""

    def __init__(self, status, problem):
        super().__init__(problem["detail"])
        self.status, self.code, self.retryable = status, problem["code"], problem["retryable"]


class Stopped(Exception):
    """The job is to be let go: its lease is lost, or somebody ordered it to stop."""


class StayHere(urllib.request.HTTPRedirectHandler):
    """The key is for this server alone, so nothing is followed."""

    def redirect_request(self, *_):
        return None


class Server:
    def __init__(self, address, key):
        self.address = address.rstrip("/")
        self.key = key
        self.opener = urllib.request.build_opener(StayHere)

    def open(self, method, path, body=None, headers=None, timeout=30):
        """One try. Whoever calls it reads and closes the answer."""
        headers = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        request = urllib.request.Request(self.address + path, data=body, method=method, headers=headers)
        try:
            return self.opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as answer:
            raise refusal(answer) from None

    def ask(self, method, path, body=None, headers=None, timeout=30, held=None):
        """Asks until there is an answer; a job that is lost meanwhile ends it."""
        if isinstance(body, dict):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        for pause in pauses():
            try:
                with self.open(method, path, body, headers, timeout) as answer:
                    text = answer.read()
                    return json.loads(text) if text else None
            except BREAKS:
                pass
            if held is not None:
                held.check()
            time.sleep(pause)

    def load(self, picture, path, held):
        """Loads a picture; what broke off goes on where it was."""
        with open(path, "wb") as file:
            for pause in pauses():
                at = file.tell()
                try:
                    headers = {"Range": f"bytes={at}-", "If-Range": f'"{picture["sha256"]}"'} if at else {}
                    with self.open("GET", picture["url"], headers=headers) as answer:
                        if answer.status != 206:
                            file.seek(0)
                        shutil.copyfileobj(answer, file)
                    file.truncate()
                except BREAKS:
                    pass
                if file.tell() >= picture["bytes"]:
                    break
                held.check()
                time.sleep(pause)
        if digest(path).hexdigest() != picture["sha256"]:
            raise OSError("the picture came damaged")

    def send(self, path, file, held):
        """Sends what a group made; the answer has the receipt."""
        with open(file, "rb") as picture:
            body = picture.read()
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Digest": f"sha-256=:{base64.b64encode(digest(file).digest()).decode()}:",
        }
        return self.ask("PUT", path, body, headers, timeout=30 + len(body) / 65536, held=held)["receipt"]


def refusal(answer):
    """What does not speak like Revela is something on the way, and 503 passes by itself: both count as no answer."""
    with answer:
        try:
            problem = json.loads(answer.read())
            if answer.code != 503 and "code" in problem:
                return Refused(answer.code, problem)
        except (ValueError, *BREAKS):
            pass
    return OSError(f"the answer was {answer.code}")


def pauses():
    """Growing, and never the same for two workers."""
    pause = 0.2
    while True:
        yield pause * random.uniform(0.5, 1.5)
        pause = min(pause * 2, 5)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256") if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read())


# ---- a job -----------------------------------------------------------------------------------------------------------


class Held:
    """A job in this worker's hands. A thread of its own renews the lease, so that no work can starve it."""

    def __init__(self, server, worker, job):
        self.server, self.worker, self.job = server, worker, job
        self.progress, self.step = 0.0, None
        self.order = None
        self.renewed = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.renew, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    @property
    def root(self):
        return f"/api/v1/work/jobs/{self.job['job_id']}/{self.job['lease']}"

    def check(self):
        # Without a word from the server the job is let go before another may have it.
        if self.order is None and time.monotonic() - self.renewed > LEASE_SECONDS - 3:
            self.order = "lease-lost"
        if self.order is not None:
            raise Stopped(self.order)

    def renew(self):
        while not self.over.wait(LEASE_SECONDS / 8):
            lease = {"job_id": self.job["job_id"], "lease": self.job["lease"], "progress": self.progress, "step": self.step}
            body = json.dumps({"worker": self.worker, "leases": [lease], "lease_seconds": LEASE_SECONDS}).encode()
            asked = time.monotonic()
            try:
                with self.server.open("POST", "/api/v1/work/renewals", body, {"Content-Type": "application/json"}, timeout=5) as answer:
                    orders = json.load(answer)["orders"]
                self.renewed = asked
                if orders:
                    self.order = orders[0]["reason"]
            except (Refused, ValueError, *BREAKS):
                pass


class Failed(Exception):
    def __init__(self, kind, code, message, retryable=False):
        super().__init__(message)
        self.kind, self.code, self.retryable = kind, code, retryable


def develop(held, tool, folder):
    """Does what is left of the job; the body of its completion."""
    server, job = held.server, held.job
    checkpoints = {kept["step_index"]: kept for kept in job["checkpoints"]}
    pictures = {None: job["input"], **{index: kept["picture"] for index, kept in checkpoints.items()}}
    files, made, steps, data = {}, [], [], {}
    for number, group in enumerate(job["groups"]):
        index = group["step_index"]
        if index in checkpoints:
            steps += [{**step, "state": "skipped"} for step in checkpoints[index]["steps"]]
            data.update(checkpoints[index].get("data") or {})
            continue
        source = group.get("source")
        if source not in files:
            files[source] = os.path.join(folder, f"read-{index}{extension(pictures[source])}")
            server.load(pictures[source], files[source], held)
        own = run_group(held, tool, group, files, folder, (number + 1) / (len(job["groups"]) + 1))
        receipt = server.send(f"{held.root}/pictures/{index}", files[index], held)
        if group["is_checkpoint"]:
            server.ask("PUT", f"{held.root}/checkpoints/{index}", {"receipt": receipt, "steps": own}, held=held)
        if group["publishes"]:
            made.append({"step_index": index, "receipt": receipt})
        steps += own
    return {"pictures": made, "steps": steps, **({"data": data} if data else {})}


def run_group(held, tool, group, files, folder, progress):
    """Runs the group's steps one after the other; how they went."""
    path, own = files[group.get("source")], []
    for number, step in enumerate(group["steps"]):
        target = os.path.join(folder, f"made-{group['step_index']}-{number}{os.path.splitext(path)[1]}")
        held.progress, held.step, began = progress, step["op"], now()
        run(tool.command(step, path, target), held)
        own.append({"op": step["op"], "engine": tool.name, "state": "completed", "started_at": began, "finished_at": now()})
        path = target
    files[group["step_index"]] = path
    return own


def run(command, held):
    ends = time.monotonic() + held.job["timeout_seconds"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                held.check()
                if time.monotonic() > ends:
                    raise Failed("error", "timed-out", "The picture took longer than it may.", retryable=True)
                time.sleep(0.02)
        except BaseException:
            process.kill()
            raise
    if process.returncode < 0:
        raise Failed("crash", "crashed", "The image tool died.", retryable=True)
    if process.returncode > 0:
        raise Failed("error", "operation-failed", "The image tool cannot do this with the picture.")


def extension(picture):
    known = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/tiff": ".tiff", "image/gif": ".gif"}
    if picture["content_type"] not in known or picture["frames"] > 1:
        raise Failed("error", "operation-failed", "This worker does not know such pictures.")
    return known[picture["content_type"]]


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def do(server, worker, job, tool):
    """Takes one job to its end, whatever that is."""
    with Held(server, worker, job) as held, tempfile.TemporaryDirectory(prefix="revela-far-") as folder:
        try:
            ending, body = "complete", develop(held, tool, folder)
        except Failed as failed:
            ending, body = "fail", {"kind": failed.kind, "error": {"code": failed.code, "message": str(failed), "retryable": failed.retryable}}
        except Refused as refused:
            if refused.code == "stale-lease":
                return
            ending, body = "fail", {"kind": "error", "error": {"code": refused.code, "message": str(refused), "retryable": refused.retryable}}
        except OSError as away:
            ending, body = "fail", {"kind": "outage", "error": {"code": "storage-unavailable", "message": f"The worker could not go on: {away}"[:500], "retryable": True}}
        except Stopped as stopped:
            ending, body = "give-back", None
            if str(stopped) == "lease-lost":
                return
        except KeyboardInterrupt:
            server.ask("POST", f"{held.root}/give-back")
            raise
        try:
            server.ask("POST", f"{held.root}/{ending}", body, held=held)
        except (Stopped, Refused) as late:
            complain(0, f"job {job['job_id']}: {late}")


# ---- the loop --------------------------------------------------------------------------------------------------------


def work(server, tool, queues, drain):
    worker = f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"
    wish = {"worker": worker, "operations": sorted(tool.commands), "queues": queues, "held": [], "lease_seconds": LEASE_SECONDS}
    seen = ""
    while True:
        claim = server.ask("POST", "/api/v1/work/claims", wish)
        for job in claim["jobs"]:
            do(server, worker, job, tool)
        if claim["jobs"]:
            continue
        due = claim["next_due_seconds"]
        if drain and due is None:
            return
        wait = min(25 if due is None else due, 25)
        seen = server.ask("GET", f"/api/v1/work/bell?seen={urllib.parse.quote(seen)}&wait={wait:.3f}", timeout=wait + 10)["seen"]


def is_safe(address):
    url = urllib.parse.urlsplit(address)
    if url.scheme == "https" or url.hostname == "localhost":
        return bool(url.hostname)
    try:
        return url.scheme == "http" and ipaddress.ip_address(url.hostname).is_loopback
    except ValueError:
        return False


def complain(code, message):
    print(f"worker: {message}", file=sys.stderr)
    return code


def stop(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description="A far worker for Revela. The key is read from REVELA_KEY.")
    parser.add_argument("--server", required=True, help="address of the server: https, or http on this machine")
    parser.add_argument("--queues", default="", help="only these queues, with commas between them")
    parser.add_argument("--drain", action="store_true", help="end with 0 once nothing is left")
    arguments = parser.parse_args()
    key = os.environ.get("REVELA_KEY", "").strip()
    if not is_safe(arguments.server):
        return complain(USAGE, f"'{arguments.server}' is not https: the key and every picture could be read on the way")
    if not key:
        return complain(NOT_ALLOWED, "REVELA_KEY must hold a key with scope work")
    signal.signal(signal.SIGTERM, stop)
    server, tool = Server(arguments.server, key), find_tool()
    try:
        server.open("GET", "/api/v1/work/bell").close()
        print(f"worker: taking jobs from {arguments.server} with {tool.name}: {', '.join(sorted(tool.commands))}", file=sys.stderr)
        work(server, tool, [name for name in arguments.queues.split(",") if name], arguments.drain)
    except Refused as refused:
        return complain(NOT_ALLOWED if refused.status in (401, 403) else FAILED, refused)
    except OSError as away:
        return complain(UNREACHABLE, f"the server does not answer: {away}")
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
