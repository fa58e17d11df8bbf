module "@{own.module.label}" {
  source = "../modules/google_project"

  project_id     = "@{entry.project}"
  apis           = "@{own.apis}"
  name           = "@{own.name}"
  provider_id    = "@{own.provider}"
  title          = "@{entry.title}"
  aws_account_id = "@{own.account}"
  accounts       = "@{own.accounts}"
  # {% if own.datasets %}
  datasets = "@{own.datasets}"
  # {% endif %}
}
