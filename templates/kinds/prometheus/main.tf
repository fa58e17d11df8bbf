# {% include "kinds/keys/main.tf" %}
module "@{own.workspace.label}" {
  source = "../modules/prometheus_workspace"

  name = "@{own.name}"
  # {% if own.keys %}
  kms_key_arn = module.key_prometheus.arn
  # {% endif %}
}
# {% if own.grafana %}

module "@{own.board.label}" {
  source = "../modules/grafana_workspace"

  name            = "@{own.name}"
  role_name       = "@{own.grafana_role_name}"
  account_id      = "@{own.account}"
  prometheus_arn  = "@{own.workspace.arn}"
  sign_in         = "@{own.grafana.providers}"
  grafana_version = "@{own.grafana.version}"
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
