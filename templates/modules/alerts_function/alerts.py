"""Tells people of alarms, and of how runs ended: takes messages of SNS topics, and passes them on to PagerDuty and Slack.

DELIVERIES is a map of topic ARNs to the level of its alarms, and the ARNs of the secrets with the routing key of
PagerDuty (Events API v2) and the URL of Slack's incoming webhook, where it has them. What cannot be delivered raises,
so that Lambda tries again; PagerDuty knows a repeated event by its key, and Slack shows a message twice rather than
never.
"""

import json
import os
import time
import urllib.error
import urllib.request

import boto3

PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
TIMEOUT_SECONDS = 5
CACHED_SECONDS = 300
SEVERITIES = {"critical": "critical", "high": "error", "medium": "warning", "low": "info"}
COLOURS = {"critical": "#b00020", "high": "#e8590c", "medium": "#f2b705", "low": "#868e96"}
WELL = "#2b8a3e"

_known = {}


class NotDeliveredError(Exception):
    """Somebody could not be told; the message names whom and why, and no secret."""


def handler(event, context):
    """Deliver each message of an event; raise when any of them did not arrive everywhere."""
    deliveries = json.loads(os.environ["DELIVERIES"])
    problems = []
    for record in event["Records"]:
        message = record["Sns"]
        delivery = deliveries[message["TopicArn"]]
        told = read(message, delivery["level"], os.environ["SYSTEM"])
        for name, send in (("pagerduty", to_pagerduty), ("slack", to_slack)):
            if name in delivery:
                try:
                    send(secret(delivery[name]), told)
                except Exception as error:  # the other one is told all the same
                    _known.pop(delivery[name], None)  # it may have been replaced
                    problems.append(f"{name}: {reason(error)}")
    if problems:
        raise NotDeliveredError("; ".join(problems))


def read(message, level, system):
    """Return what a message says: an alarm of CloudWatch, the end of a run, a finding, a text as a budget's."""
    lines = quoted(message["Message"])
    if lines and lines[0].startswith(("Done: ", "Failed: ", "Found: ")):
        return outcome(message, lines, level, system)
    try:
        alarm = json.loads(message["Message"])
    except ValueError:
        alarm = None
    if not isinstance(alarm, dict) or "AlarmName" not in alarm:
        title = message.get("Subject") or "Notification"
        return {
            "system": system,
            "level": level,
            "is_well": False,
            "state": level.upper(),
            "key": f"{message['TopicArn']}/{title}",
            "title": title,
            "text": message["Message"],
            "source": message["TopicArn"],
            "link": None,
        }
    is_well = alarm["NewStateValue"] == "OK"
    region = alarm["AlarmArn"].split(":")[3]
    name = urllib.request.quote(alarm["AlarmName"], safe="")
    return {
        "system": system,
        "level": level,
        "is_well": is_well,
        "state": "OK again" if is_well else level.upper(),
        "key": alarm["AlarmArn"],
        "title": alarm.get("AlarmDescription") or alarm["AlarmName"],
        "text": alarm["NewStateReason"],
        "source": alarm["AlarmName"],
        "link": f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:alarm/{name}",
    }


def quoted(text):
    """Return the lines of a text each of which stands in quotation marks, as EventBridge writes them; else none."""
    lines = text.strip().splitlines()
    return [line[1:-1] for line in lines] if all(len(line) > 1 and line[0] == line[-1] == '"' for line in lines) else []


def outcome(message, lines, level, system):
    """Return what the end of a run says: `Done: title (jobs/name)`, or `Failed: ...`, then lines such as `Run: id`.

    `Found: title (GuardDuty)` is a finding. A run that went well resolves the incident of the one before that failed.
    """
    state, _, title = lines[0].partition(": ")
    said = dict(line.partition(": ")[::2] for line in lines[1:])
    is_well = state == "Done"
    return {
        "system": said.get("System") or system,
        "level": level,
        "is_well": is_well,
        "state": state if is_well else level.upper(),
        "key": f"{message['TopicArn']}/{title}",
        "title": f"{title} failed" if state == "Failed" else title,
        "text": "\n".join(f"{name}: {value}" for name, value in said.items() if name not in ("Log", "System")),
        "source": title.rpartition("(")[2].rstrip(")"),
        "link": said.get("Log"),
    }


def to_pagerduty(routing_key, told):
    """Open an incident, or resolve the one of the same alarm or batch."""
    event = {
        "routing_key": routing_key.strip(),
        "event_action": "resolve" if told["is_well"] else "trigger",
        "dedup_key": told["key"][:255],
    }
    if not told["is_well"]:
        event["payload"] = {
            "summary": f"{told['system']}: {told['title']}"[:1024],
            "source": told["source"],
            "severity": SEVERITIES[told["level"]],
            "custom_details": {"reason": told["text"], "level": told["level"]},
        }
        if told["link"]:
            event["links"] = [{"href": told["link"], "text": "CloudWatch"}]
    post(PAGERDUTY, event)


def to_slack(url, told):
    """Post a message in the channel of the webhook."""
    title = escaped(f"{told['state']}: {told['title']}")
    attachment = {
        "color": WELL if told["is_well"] else COLOURS[told["level"]],
        "title": title,
        "text": escaped(told["text"]),
        "footer": escaped(f"{told['system']} | {told['source']}"),
        "fallback": title,
    }
    if told["link"]:
        attachment["title_link"] = told["link"]
    post(url.strip(), {"text": f"*{escaped(told['system'])}*", "attachments": [attachment]})


def escaped(text):
    """Return a text without what Slack takes for a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def secret(arn):
    """Return the value of a secret, read once in five minutes."""
    value, until = _known.get(arn, (None, 0))
    if time.monotonic() >= until:
        client = boto3.client("secretsmanager", region_name=arn.split(":")[3])  # a replica's is another
        value = client.get_secret_value(SecretId=arn)["SecretString"]
        _known[arn] = (value, time.monotonic() + CACHED_SECONDS)
    return value


def post(url, body):
    """Send JSON; raise for any answer but success."""
    if not url.startswith("https://"):
        raise NotDeliveredError("the secret holds no https:// URL")
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        answer.read()


def reason(error):
    """Return why something was not delivered; the address stays out, for it is the secret."""
    if isinstance(error, urllib.error.HTTPError):
        return f"answered {error.code}"
    if isinstance(error, NotDeliveredError):
        return str(error)
    return type(error).__name__
