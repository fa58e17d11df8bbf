# {% if own.receives_logs %}
# The roles inside the domain "@{own.name}", who has each, and how long indexes of lines are kept.
# {% else %}
# The roles inside the domain "@{own.name}", and who has each.
# {% endif %}
# Run this after the first apply, and again when a plan shows a role that comes or changes, where a bastion's tunnel leads
# to port 443 of the domain from port 8443 of this machine, as somebody who may assume the role of its master:
#
#   SEARCH_HOST=HOST bash FILE
#
# It needs curl 8 or later and the AWS CLI, and can be run at any time: what it says replaces what was there.
set -euo pipefail

read -r id key token < <(aws sts assume-role --role-arn "@{own.master_role_arn}" --role-session-name infragen \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)

ask() {
  curl --silent --show-error --fail-with-body --request "$1" \
    --config <(printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$id" "$key" "$token") \
    --aws-sigv4 aws:amz:"@{own.region}":es --header 'content-type: application/json' "${@:3}" \
    --connect-to "$SEARCH_HOST:443:127.0.0.1:8443" "https://$SEARCH_HOST/$2"
}

put() {
  ask PUT "$1" --data-binary @-
  echo
}

give() {
  local role=$1 arns
  arns=$(printf '"%s",' "${@:2}")
  put "_plugins/_security/api/rolesmapping/$role" <<<"{\"backend_roles\": [${arns%,}]}"
}

# {% for role in own.roles %}
# "@{role.whose}"
put _plugins/_security/api/roles/"@{role.name}" <<'JSON'
# {% if role.access == "read" %}
{"cluster_permissions": ["cluster_composite_ops_ro", "indices:data/read/scroll/clear"],
 "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["read"]}],
 "tenant_permissions": [{"tenant_patterns": ["global_tenant"], "allowed_actions": ["kibana_all_read"]}]}
# {% elif role.access == "write" %}
{"cluster_permissions": ["indices:data/write/bulk"],
 "index_permissions": [{"index_patterns": [""@{own.written}""], "allowed_actions": ["create_index", "write", "indices:admin/exists"]}]}
# {% elif role.access == "logs" %}
{"cluster_permissions": ["indices:data/write/bulk"],
 "index_permissions": [{"index_patterns": ["logs-*"], "allowed_actions": ["create_index", "index", "indices:admin/exists"]}]}
# {% else %}
{"cluster_permissions": [
   "cluster_composite_ops", "indices:data/read/scroll/clear", "cluster_monitor", "cluster_manage_index_templates"
 ],
 "index_permissions": [
   {"index_patterns": ["*"], "allowed_actions": ["read"]},
   {"index_patterns": [""@{own.written}""], "allowed_actions": ["crud", "create_index", "manage"]}
 ]}
# {% endif %}
JSON
arns=(
# {% for arn in role.arns %}
  "@{arn}"
# {% endfor %}
)
give "@{role.name}" "${arns[@]}"

# {% endfor %}
# {% if own.people %}
# People who sign in, by their groups: what they read, and whether they make what everybody sees (OpenSearch: Dashboards
# multi-tenancy, the global tenant).
# {% for role in own.people %}
put _plugins/_security/api/roles/"@{role.name}" <<'JSON'
{"cluster_permissions": ["cluster_composite_ops_ro", "indices:data/read/scroll/clear"],
 "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["read"]}],
# {% if role.access == "people-edit" %}
 "tenant_permissions": [{"tenant_patterns": ["global_tenant"], "allowed_actions": ["kibana_all_write"]}]}
# {% else %}
 "tenant_permissions": [{"tenant_patterns": ["global_tenant"], "allowed_actions": ["kibana_all_read"]}]}
# {% endif %}
JSON
groups=(
# {% for group in role.arns %}
  "@{group}"
# {% endfor %}
)
give "@{role.name}" "${groups[@]}"

# {% endfor %}
# {% for role in own.dashboards %}
groups=(
# {% for group in role.arns %}
  "@{group}"
# {% endfor %}
)
give "@{role.access}" "${groups[@]}"

# {% endfor %}
# {% endif %}
# {% if own.receives_logs %}
# The indexes of lines, one a day of each entry: what the template says holds for those that come, and Index State
# Management deletes each once it is old enough. No line decides what a key is, for the day: values are kept as they
# are written, and in KEY.number where they are numbers.
value='{"type": "keyword", "ignore_above": 1024,
  "fields": {"number": {"type": "double", "ignore_malformed": true, "coerce": true}}}'
put _index_template/infragen-logs <<JSON
{"index_patterns": ["logs-*"], "priority": 100,
 "template": {
   "settings": {"index": {
     "number_of_shards": "@{entry.log_indexes.shards}", "number_of_replicas": "@{own.log_replicas}",
     "mapping": {"total_fields": {"limit": 2000}}
   }},
   "mappings": {
     "date_detection": false,
     "dynamic_templates": [
       {"strings": {"match_mapping_type": "string", "mapping": $value}},
       {"integers": {"match_mapping_type": "long", "mapping": $value}},
       {"fractions": {"match_mapping_type": "double", "mapping": $value}},
       {"switches": {"match_mapping_type": "boolean", "mapping": $value}}
     ],
     "properties": {
       "@timestamp": {"type": "date"}, "log": {"type": "text"}, "message": {"type": "text"}
     }
   }
 }}
JSON

# OpenSearch replaces a policy only for who says which one is there (OpenSearch: ISM API, Update policy).
before=$(ask GET _plugins/_ism/policies/infragen-logs 2>/dev/null || true)
which=""
if [[ $before =~ \"_primary_term\":\ ?([0-9]+) ]]; then
  which="?if_primary_term=${BASH_REMATCH[1]}"
  [[ $before =~ \"_seq_no\":\ ?([0-9]+) ]]
  which+="&if_seq_no=${BASH_REMATCH[1]}"
fi
put "_plugins/_ism/policies/infragen-logs$which" <<'JSON'
{"policy": {
  "description": "Deletes indexes of lines that are old enough",
  "default_state": "kept",
  "states": [
    {"name": "kept", "actions": [], "transitions": [{"state_name": "deleted", "conditions": {"min_index_age": ""@{own.log_age}""}}]},
    {"name": "deleted", "actions": [{"delete": {}}], "transitions": []}
  ],
  "ism_template": [{"index_patterns": ["logs-*"], "priority": 100}]
}}
JSON

# Indexes that are there have no policy yet, or what it said before.
for index in $(ask GET '_cat/indices?h=index' | grep '^logs-' || true); do
  for way in add change_policy; do
    ask POST "_plugins/_ism/$way/$index" --data-binary '{"policy_id": "infragen-logs"}'
    echo
  done
done
# {% endif %}
