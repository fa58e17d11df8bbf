# {% if github.owns_provider %}
module "github" {
  source = "./modules/github_oidc_provider"
}

# {% endif %}
module "boundary" {
  source = "./modules/permissions_boundary"

  name        = "@{github.boundary_name}"
  description = "@{github.boundary_description}"
  policy      = local.boundary
}

module "plan" {
  source = "./modules/github_role"

  name                     = "@{plan.name}"
  description              = "@{plan.description}"
  oidc_provider_arn        = "@{github.provider_arn}"
  subjects                 = "@{plan.subjects}"
  git_ref                  = "@{plan.git_ref}"
  permissions_boundary_arn = module.boundary.arn
  # {% if keeps_data %}
  policies = { lock-states = local.lock_states, read = local.read }
  # {% else %}
  policies = { lock-states = local.lock_states }
  # {% endif %}
  managed_policies    = local.read_configuration
  max_session_seconds = "@{plan.max_session_seconds}"
}

module "apply" {
  source = "./modules/github_role"

  name                     = "@{apply.name}"
  description              = "@{apply.description}"
  oidc_provider_arn        = "@{github.provider_arn}"
  subjects                 = "@{apply.subjects}"
  git_ref                  = "@{apply.git_ref}"
  permissions_boundary_arn = module.boundary.arn
  # {% if keeps_data %}
  policies = { write-states = local.write_states, read = local.read, manage = local.manage }
  # {% else %}
  policies = { write-states = local.write_states, manage = local.manage }
  # {% endif %}
  managed_policies    = merge(local.read_configuration, local.change)
  max_session_seconds = "@{apply.max_session_seconds}"
}
