module "@{own.budget.label}" {
  source = "../modules/monthly_budget"

  name       = "@{own.name}"
  account_id = "@{own.account}"
  monthly    = "@{own.monthly}"
  # {% if own.tag %}
  tag = "@{own.tag}"
  # {% endif %}

  notifications = "@{own.notifications}"
}
