// "@{own.about}"
//
# {% for line in own.words %}
//   "@{line}"
# {% endfor %}
//   k6 run FILE
//
// BASE_URL=https://... asks another address.
# {% if entry.limits %}
// THRESHOLDS=limits measures by the looser figures.
# {% endif %}
import http from "k6/http";
import { check, sleep } from "k6";

const BASE_URL = __ENV.BASE_URL || "@{own.url}";
if (!BASE_URL) throw new Error("BASE_URL is empty: write the address that it asks");

const THRESHOLDS = {
# {% for one in own.measured %}
  "@{one.name}": { http_req_duration: ["@{one.duration}"], http_req_failed: ["@{one.failed}"] },
# {% endfor %}
};
const chosen = THRESHOLDS[__ENV.THRESHOLDS || "goals"];
if (!chosen) throw new Error(`THRESHOLDS is one of: ${Object.keys(THRESHOLDS).join(", ")}`);

export const options = {
  stages: [
# {% for duration, users in own.stages %}
    { duration: "@{duration}", target: "@{users}" },
# {% endfor %}
  ],
  thresholds: chosen,
};

# {% if own.needs_key %}
const API_KEY = __ENV.API_KEY;
if (!API_KEY) throw new Error("API_KEY is empty: the gateway takes no request without a key");

# {% endif %}
# {% if own.needs_tenants_keys %}
const API_KEYS = Object.fromEntries(JSON.parse(__ENV.API_KEYS || "[]")); // by their names
# {% endif %}
# {% if own.needs_passwords %}
const PASSWORDS = JSON.parse(__ENV.PASSWORDS || "{}");
# {% endif %}
# {% if own.users %}
const USERS = [
# {% for user in own.users %}
  "@{user}",
# {% endfor %}
];
for (const user of USERS) {
  for (const [member, value] of Object.entries(user)) {
    if (!value) throw new Error(`${user.name} has no ${member}`);
  }
}

# {% endif %}
const expected = {};

function ask({ name, method, path, status, headers = {}, body = null }) {
  expected[status] = expected[status] || http.expectedStatuses(status);
  const answer = http.request(method, BASE_URL + path, body && JSON.stringify(body), {
    headers,
    tags: { name },
    responseCallback: expected[status],
  });
  check(answer, { [`${name}: ${status}`]: (one) => one.status === status });
  return answer;
}

export default function () {
# {% if own.users %}
  const user = USERS[(__VU - 1) % USERS.length];
# {% endif %}
# {% if own.has_token %}
  let answer, token;
# {% endif %}
# {% for step in own.steps %}
# {% if own.users or not loop.first %}

# {% endif %}
# {% if step.token %}
  answer = ask({
# {% else %}
  ask({
# {% endif %}
    name: "@{step.name}",
    method: "@{step.method}",
    path: "@{step.path}",
    status: "@{step.status}",
# {% if step.headers %}
    headers: {
# {% for name, value in step.headers %}
      "@{name}": "@{value}",
# {% endfor %}
    },
# {% endif %}
# {% if step.body %}
    body: {
# {% for name, value in step.body %}
      "@{name}": "@{value}",
# {% endfor %}
    },
# {% endif %}
  });
# {% if step.token %}
  token = answer.status === "@{step.status}" && answer.json("@{step.token}");
  if (!token) return sleep("@{own.seconds_between}");
# {% endif %}
# {% if step.pause %}
  sleep("@{step.pause}");
# {% endif %}
# {% endfor %}
}
