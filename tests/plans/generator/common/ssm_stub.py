"""A very small stand-in for the SSM parameter API, on loopback.

Usage: ssm_stub.py STORE PORTFILE

STORE is a JSON file {name: {"Value":..., "Type":..., "Version":...}} that is
read on every request, so that a test can change it under a running stub.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STORE, PORTFILE = map(Path, sys.argv[1:3])
WHEN = 1700000000
LOCK = threading.Lock()


def load():
    return json.loads(STORE.read_bytes()) if STORE.exists() else {}


def save(data):
    write(STORE, json.dumps(data))


def write(path, text):
    """Write a file that nobody sees half written."""
    fresh = path.with_suffix(".tmp")
    fresh.write_text(text, encoding="utf-8")
    fresh.rename(path)


def arn(name):
    return "arn:aws:ssm:us-east-1:123456789012:parameter/" + name.lstrip("/")


def describe(name, p):
    return {
        "Name": name,
        "ARN": arn(name),
        "Type": p.get("Type", "String"),
        "Version": p.get("Version", 1),
        "LastModifiedDate": WHEN,
        "DataType": "text",
    }


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def reply(self, code, body):
        raw = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self):
        with LOCK:
            self.answer()

    def answer(self):
        req = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        op = self.headers["X-Amz-Target"].split(".")[-1]
        data = load()
        if op == "PutParameter":
            name = req["Name"]
            version = data.get(name, {}).get("Version", 0) + 1
            data[name] = {
                "Value": req["Value"],
                "Type": req.get("Type", "String"),
                "Version": version,
                "Description": req.get("Description"),
            }
            save(data)
            return self.reply(200, {"Version": version, "Tier": "Standard"})
        if op == "GetParameter":
            p = data.get(req["Name"])
            if p is None:
                return self.reply(400, {"__type": "ParameterNotFound", "message": ""})
            return self.reply(200, {"Parameter": {**describe(req["Name"], p), "Value": p["Value"]}})
        if op == "DescribeParameters":
            names = [v for f in req.get("ParameterFilters", []) for v in f.get("Values", [])]
            found = [
                {**describe(n, data[n]), "Tier": "Standard", "Description": data[n].get("Description") or ""}
                for n in names
                if n in data
            ]
            return self.reply(200, {"Parameters": found})
        if op == "ListTagsForResource":
            return self.reply(200, {"TagList": []})
        return self.reply(400, {"__type": "InvalidAction", "message": op})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
write(PORTFILE, str(server.server_address[1]))
server.serve_forever()
