module "@{own.budget.label}" {
  source = "../modules/monthly_budget"

  name       = "@{own.name}"
  account_id = "@{own.account}"
  monthly    = "@{own.monthly}"
  # {% if own.filters %}
  filters = "@{own.filters}"
  # {% endif %}

  notifications = "@{own.notifications}"
}
