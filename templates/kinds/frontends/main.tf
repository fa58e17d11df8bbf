module "@{own.app.label}" {
  source = "../modules/amplify_app"

  name        = "@{own.name}"
  description = "@{entry.title}"
  repository  = "@{entry.repository}"
  platform    = "@{own.platform}"
  # {% if entry.build %}
  build_spec = "@{entry.build}"
  # {% endif %}

  environment = "@{own.environment}"
  branch      = "@{entry.branch}"
  stage       = "@{own.stage}"
}
