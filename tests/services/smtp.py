#!/usr/bin/env -S python3 -W ignore
"""A real SMTP server (Python's own) for the tests: writes each message into a folder. Verbs: "fail N" answers the next N messages with 451; ends with its input."""
import asyncore, os, smtpd, sys, threading

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
state = {"fail": 0, "count": 0}


class Server(smtpd.SMTPServer):
    def process_message(self, peer, mailfrom, rcpttos, data, **options):
        if state["fail"] > 0:
            state["fail"] -= 1
            return "451 4.3.0 Not now"
        if any("refused" in to for to in rcpttos):
            return "550 5.1.1 No such mailbox"
        state["count"] += 1
        path = os.path.join(folder, "%04d" % state["count"])
        with open(path + ".part", "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        os.rename(path + ".part", path + ".eml")


server = Server(("127.0.0.1", 0), None)
threading.Thread(target=asyncore.loop, kwargs={"timeout": 0.1}, daemon=True).start()
print("ready %d" % server.socket.getsockname()[1], flush=True)
for line in sys.stdin:
    verb, _, number = line.strip().partition(" ")
    if verb == "fail":
        state["fail"] = int(number)
    print("ready", flush=True)
