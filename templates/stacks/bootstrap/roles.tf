module "roles_boundary" {
  source = "./modules/permissions_boundary"

  name        = "@{name}"
  description = "@{description}"
  policy      = local.roles_boundary
}

locals {
  # What roles of the stacks never get beyond, whatever is attached to them. It allows nothing by itself: "Permissions
  # boundaries for IAM entities", IAM User Guide.
  roles_boundary = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "EverythingButIdentity" # as AWS's own PowerUserAccess, and no other role
        Effect    = "Allow"
        NotAction = ["account:*", "iam:*", "organizations:*", "sts:AssumeRole"]
        Resource  = "*"
      },
      {
        Sid    = "ReadIdentity" # AWS Config records it: "AWS_ConfigRole", AWS Managed Policy Reference
        Effect = "Allow"
        Action = [
          "account:Get*",
          "account:List*",
          "iam:GenerateCredentialReport",
          "iam:Get*",
          "iam:List*",
          "organizations:Describe*",
          "organizations:List*",
        ]
        Resource = "*"
      },
      {
        Sid      = "RolesOfTheEnvironment" # schedules, workflows and CodeDeploy hand roles to tasks
        Effect   = "Allow"
        Action   = ["iam:PassRole", "sts:AssumeRole"]
        Resource = "@{own_roles}"
      },
      {
        Sid         = "RolesOfOtherAccounts" # of this account, any other role might be without a boundary
        Effect      = "Allow"
        Action      = "sts:AssumeRole"
        NotResource = "@{roles_of_the_account}"
      },
      {
        Sid      = "NeverRolesOfTheBootstrap"
        Effect   = "Deny"
        Action   = ["iam:PassRole", "sts:AssumeRole"]
        Resource = "@{roles_of_the_bootstrap}"
      },
      {
        Sid      = "NeverTheStates" # of this environment, and of others in the account by their usual name
        Effect   = "Deny"
        Action   = "s3:*"
        Resource = "@{states}"
      },
      {
        Sid      = "NeverTheStateKey"
        Effect   = "Deny"
        Action   = "kms:*"
        Resource = module.state_bucket.kms_key_arn
      },
      {
        Sid       = "NeverAnotherStateKey"
        Effect    = "Deny"
        Action    = "kms:*"
        Resource  = "*"
        Condition = { "ForAnyValue:StringLike" = { "kms:ResourceAliases" = "alias/*-terraform-state" } }
      },
    ]
  })
}
