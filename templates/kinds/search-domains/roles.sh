# The roles inside the domain "@{own.name}", and who has each.
# Run this after the first apply, and again when a plan shows a role that comes or changes, where a bastion's tunnel leads
# to port 443 of the domain from port 8443 of this machine, as somebody who may assume the role of its master:
#
#   SEARCH_HOST=HOST bash FILE
#
# It needs curl 8 or later and the AWS CLI, and can be run at any time: what it says replaces what was there.
set -euo pipefail

read -r id key token < <(aws sts assume-role --role-arn "@{own.master_role_arn}" --role-session-name infragen \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)

put() {
  curl --silent --show-error --fail-with-body --request PUT \
    --config <(printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$id" "$key" "$token") \
    --aws-sigv4 aws:amz:"@{own.region}":es --header 'content-type: application/json' --data-binary @- \
    --connect-to "$SEARCH_HOST:443:127.0.0.1:8443" "https://$SEARCH_HOST/_plugins/_security/api/$1"
  echo
}

give() {
  local role=$1 arns
  arns=$(printf '"%s",' "${@:2}")
  put "rolesmapping/$role" <<<"{\"backend_roles\": [${arns%,}]}"
}

# {% for role in own.roles %}
# "@{role.whose}"
put roles/"@{role.name}" <<'JSON'
# {% if role.access == "read" %}
{"cluster_permissions": ["cluster_composite_ops_ro"],
 "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["read"]}]}
# {% elif role.access == "write" %}
{"cluster_permissions": ["indices:data/write/bulk"],
 "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["create_index", "write", "indices:admin/exists"]}]}
# {% else %}
{"cluster_permissions": ["cluster_composite_ops", "cluster_monitor", "cluster_manage_index_templates"],
 "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["crud", "create_index", "manage"]}]}
# {% endif %}
JSON
arns=(
# {% for arn in role.arns %}
  "@{arn}"
# {% endfor %}
)
give "@{role.name}" "${arns[@]}"

# {% endfor %}
