"""Write inputs that a plan reader must turn down or survive.

Usage: negatives.py OUTDIR GOOD_PLAN WORKDIR

GOOD_PLAN is a sound plan.json; WORKDIR holds plan.bin, stream.jsonl,
raw.tfstate and state-show.json made from the same configuration.
EXPECT.tsv says for each file what a careful reader would do:
reject  = stop with an error that names the cause
accept  = read it as the good plan is read
careful = either is defensible, but no crash, no hang and no wrong counts
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

out, good_file, work = map(Path, sys.argv[1:4])
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
text = good_file.read_text(encoding="utf-8").strip()
rows = []


def plan():
    return json.loads(text)


def put(name, data, expect, why):
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    (out / name).write_bytes(data)
    rows.append((name, expect, why))


def from_work(name):
    return (work / name).read_bytes()


put("empty.json", b"", "reject", "no bytes at all")
put("blank.json", b" \n\t\n", "reject", "white space only")
put("truncated.json", text[: len(text) * 2 // 3], "reject", "cut off part way")
put("trailing-garbage.json", text + "\n{}", "reject", "a second document after the plan")
put("log-line-first.json", "Refreshing state...\n" + text, "reject", "a line of log output before the JSON")
put("raw-state.json", from_work("raw.tfstate"), "reject", "a terraform.tfstate file")
put(
    "state-show.json",
    from_work("state-show.json"),
    "reject",
    "terraform show -json of a state: format_version, values, no plan",
)
put("plan-stream.json", from_work("stream.jsonl"), "reject", "output of terraform plan -json, a message a line")
put("plan.bin", from_work("plan.bin"), "reject", "the binary plan file (a zip)")
put("gzip.json.gz", gzip.compress(text.encode(), mtime=0), "reject", "a gzip of a plan")
put("top-level-array.json", "[" + text + "]", "reject", "the plan inside an array")
put("top-level-string.json", json.dumps(text), "careful", "the plan as a JSON string")
put("top-level-null.json", "null", "reject", "null")
put("top-level-empty-object.json", "{}", "reject", "an object with nothing in it")

p = plan()
p["format_version"] = "2.0"
put("format-2.0.json", p, "reject", "an unknown major format version")
p["format_version"] = "1.99"
put("format-1.99.json", p, "accept", "a later minor version must be read")
p["format_version"] = 1.2
put("format-number.json", p, "careful", "format_version is a number")
del p["format_version"]
put("format-missing.json", p, "reject", "no format_version")

p = plan()
del p["resource_changes"]
put("no-resource-changes.json", p, "careful", "terraform leaves the key out when nothing is planned")
p["resource_changes"] = None
put("null-resource-changes.json", p, "careful", "resource_changes is null")
p["resource_changes"] = {"a": 1}
put("object-resource-changes.json", p, "reject", "resource_changes is an object")
p["resource_changes"] = [None, 1, "x", []]
put("odd-resource-changes.json", p, "reject", "resource_changes holds things that are not objects")


def with_change(name, expect, why, edit):
    p = plan()
    edit(p["resource_changes"][0])
    put(name, p, expect, why)


with_change("no-change-member.json", "reject", "an entry without change", lambda r: r.pop("change"))
with_change("no-address.json", "careful", "an entry without address", lambda r: r.pop("address"))
with_change("actions-empty.json", "reject", "actions is an empty list", lambda r: r["change"].update(actions=[]))
with_change(
    "actions-unknown.json",
    "careful",
    "an action no version has: counted as unknown",
    lambda r: r["change"].update(actions=["explode"]),
)
with_change("actions-string.json", "reject", "actions is a string", lambda r: r["change"].update(actions="update"))
with_change(
    "actions-odd-pair.json",
    "careful",
    "update together with delete: counted as a destruction",
    lambda r: r["change"].update(actions=["update", "delete"]),
)
with_change(
    "sensitive-wrong-shape.json",
    "careful",
    "after_sensitive is a list where after is an object; nothing may leak",
    lambda r: r["change"].update(after_sensitive=[True], before_sensitive="yes"),
)
with_change(
    "no-sensitivity.json",
    "careful",
    "no before_sensitive and after_sensitive (as before 0.15)",
    lambda r: [r["change"].pop(k, None) for k in ("before_sensitive", "after_sensitive")],
)
with_change(
    "control-characters.json",
    "careful",
    "terminal escapes and line breaks inside an address",
    lambda r: r.update(address='terraform_data.a["\x1b[2J\r\n::error::x"]'),
)
with_change(
    "lone-surrogate.json",
    "careful",
    "an escaped lone surrogate in a value",
    lambda r: r["change"]["after"].update(input="\ud800"),
)

deep = '{"a":' * 10000 + "1" + "}" * 10000
put(
    "deep-object.json",
    text.replace('"resource_changes":[', '"x":' + deep + ',"resource_changes":[', 1),
    "careful",
    "10,000 nested objects under a key nobody reads",
)
put(
    "deep-array-in-value.json",
    text.replace('"after":{', '"after":{"deep":' + "[" * 10000 + "]" * 10000 + ",", 1),
    "careful",
    "10,000 nested arrays inside a value that is compared",
)
put("deep-unclosed.json", "[" * 100000, "reject", "100,000 opening brackets")
put("nan.json", text.replace('"size":2', '"size":NaN'), "reject", "NaN is not JSON")
put("infinity.json", text.replace('"size":2', '"size":1e999'), "careful", "valid JSON, but too large for a double")
put(
    "long-number.json",
    text.replace('"size":2', '"size":' + "9" * 5000),
    "careful",
    "a 5,000 digit number (Python refuses over 4,300 by default)",
)
put(
    "duplicate-keys.json",
    text.replace('"actions":["update"]', '"actions":["no-op"],"actions":["update"]', 1),
    "careful",
    "the same key twice; taking the first hides the update",
)
put("invalid-utf8.json", text.encode().replace(b'"web"', b'"w\xff\xfeb"', 1), "reject", "bytes that are not UTF-8")
put("nul-byte.json", text.encode().replace(b'"web"', b'"w\x00b"', 1), "reject", "a raw NUL inside a string")
put("comment.json", "// a comment\n" + text, "reject", "a comment before the plan")
put("single-quotes.json", "{'format_version': '1.2', 'resource_changes': []}", "reject", "Python-like quotes")
put("bom.json", b"\xef\xbb\xbf" + text.encode(), "accept", "UTF-8 with a byte order mark (PowerShell)")
put("utf16le-bom.json", b"\xff\xfe" + text.encode("utf-16-le"), "accept", "UTF-16 as PowerShell 5 writes with >")
put("utf16be-bom.json", b"\xfe\xff" + text.encode("utf-16-be"), "accept", "UTF-16, big endian")
put("utf16le-no-bom.json", text.encode("utf-16-le"), "careful", "UTF-16 without a mark")
put("crlf.json", json.dumps(plan(), indent=2).replace("\n", "\r\n"), "accept", "CRLF line ends")

(out / "EXPECT.tsv").write_text(
    "".join("\t".join(row) + "\n" for row in [("file", "expect", "why"), *rows]), encoding="utf-8"
)
sys.stdout.write(f"done negatives {len(rows)}\n")
