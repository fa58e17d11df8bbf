# A web application on AWS Amplify, which builds a branch of a repository at each push. Amplify asks for a token when a
# repository is connected, and Terraform would keep it in its state: people connect it once, and Terraform adopts it.
resource "aws_amplify_app" "this" {
  name        = var.name
  description = var.description
  repository  = var.repository
  platform    = var.platform
  build_spec  = var.build_spec

  environment_variables = var.environment

  lifecycle {
    ignore_changes = [access_token, oauth_token] # who connected the repository gave one
  }
}

resource "aws_amplify_branch" "this" {
  app_id            = aws_amplify_app.this.id
  branch_name       = var.branch
  stage             = var.stage
  enable_auto_build = true # at each push
}
