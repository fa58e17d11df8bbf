module "release" {
  source = "./modules/github_role"

  name                     = "@{release.name}"
  description              = "@{release.description}"
  oidc_provider_arn        = "@{github.provider_arn}"
  subjects                 = "@{release.subjects}"
  git_ref                  = "@{release.git_ref}"
  permissions_boundary_arn = module.boundary.arn
  policies                 = { release = local.release }
  managed_policies         = {}
  max_session_seconds      = "@{release.max_session_seconds}"
}

locals {
  # What `infragen release` asks of AWS, and before it what pushes images: nothing of any other entry, no data.
  release = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "SignInToTheRegistry"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*" # has no narrower resource
      },
      {
        Sid    = "PushImages"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ]
        Resource = "@{releases.repositories}"
      },
      {
        Sid       = "MakeRevisions"
        Effect    = "Allow"
        Action    = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
        Resource  = "*" # no narrower resource is sure to work; what a revision may be is said by the roles below
        Condition = { StringEquals = { "aws:RequestedRegion" = "@{releases.regions}" } }
      },
      {
        Sid       = "TagRevisions"
        Effect    = "Allow"
        Action    = "ecs:TagResource" # a revision has its predecessor's tags
        Resource  = "@{releases.revisions}"
        Condition = { StringEquals = { "ecs:CreateAction" = "RegisterTaskDefinition" } }
      },
      {
        Sid       = "HandRolesToTasks"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = "@{releases.roles}"
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      # {% if releases.services %}
      {
        Sid      = "ChangeServices"
        Effect   = "Allow"
        Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource = "@{releases.services}"
      },
      # {% endif %}
      # {% if releases.delivered %}
      {
        Sid      = "LookAtServices"
        Effect   = "Allow"
        Action   = "ecs:DescribeServices"
        Resource = "@{releases.delivered}"
      },
      {
        Sid    = "Deliver"
        Effect = "Allow"
        Action = [
          "codedeploy:CreateDeployment",
          "codedeploy:GetApplicationRevision",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentConfig",
          "codedeploy:ListDeployments",
          "codedeploy:RegisterApplicationRevision",
          "codedeploy:UpdateDeploymentGroup", # asked for where a delivery has other alarms than its group
        ]
        Resource = "@{releases.deployments}"
      },
      {
        Sid       = "EndDeliveries"
        Effect    = "Allow"
        Action    = ["codedeploy:ContinueDeployment", "codedeploy:StopDeployment"]
        Resource  = "*" # have no narrower resource; ids of other deliveries are in no list that the role may read
        Condition = { StringEquals = { "aws:RequestedRegion" = "@{releases.regions}" } }
      },
      # {% endif %}
      # {% if releases.alarms %}
      {
        Sid      = "LookAtAlarms"
        Effect   = "Allow"
        Action   = "cloudwatch:DescribeAlarms"
        Resource = "@{releases.alarms}"
      },
      # {% endif %}
      # {% if releases.runs %}
      {
        Sid       = "RunMigrations"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = "@{releases.runs}"
        Condition = { ArnEquals = { "ecs:cluster" = "@{releases.clusters}" } }
      },
      {
        Sid       = "TagMigrations"
        Effect    = "Allow"
        Action    = "ecs:TagResource" # a task has its definition's tags
        Resource  = "@{releases.tasks}"
        Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
      },
      {
        Sid       = "FindMigrations"
        Effect    = "Allow"
        Action    = "ecs:ListTasks" # those that an earlier release started
        Resource  = "*"             # tasks that are looked for have no narrower resource
        Condition = { ArnEquals = { "ecs:cluster" = "@{releases.clusters}" } }
      },
      {
        Sid      = "AwaitMigrations"
        Effect   = "Allow"
        Action   = "ecs:DescribeTasks"
        Resource = "@{releases.tasks}"
      },
      {
        Sid      = "ReadLogsOfMigrations"
        Effect   = "Allow"
        Action   = "logs:FilterLogEvents"
        Resource = "@{releases.logs}"
      },
      # {% endif %}
      # {% if releases.runs or releases.delivered %}
      {
        Sid       = "FindWhereTasksStand"
        Effect    = "Allow"
        Action    = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"]
        Resource  = "*" # descriptions have no narrower resource
        Condition = { StringEquals = { "aws:RequestedRegion" = "@{releases.regions}" } }
      },
      # {% endif %}
      # {% if releases.buckets %}
      {
        Sid      = "LookForStaticFiles"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "@{releases.buckets}"
      },
      {
        Sid      = "UploadStaticFiles"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = "@{releases.static_files}"
      },
      # {% endif %}
      # {% if releases.object_keys %}
      {
        Sid       = "EncryptStaticFiles"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"] # large files are uploaded in parts, which asks for both
        Resource  = "@{releases.object_keys}"
        Condition = { StringEquals = { "kms:ViaService" = "@{releases.via_services}" } }
      },
      # {% endif %}
      # {% if releases.vaults %}
      {
        Sid      = "BackUp"
        Effect   = "Allow"
        Action   = "backup:StartBackupJob"
        Resource = "@{releases.vaults}"
      },
      {
        Sid       = "AwaitBackups"
        Effect    = "Allow"
        Action    = "backup:DescribeBackupJob"
        Resource  = "*" # has no narrower resource
        Condition = { StringEquals = { "aws:RequestedRegion" = "@{releases.regions}" } }
      },
      {
        Sid       = "HandRolesToBackups"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = "@{releases.backup_roles}"
        Condition = { StringEquals = { "iam:PassedToService" = "backup.amazonaws.com" } }
      },
      # {% endif %}
    ]
  })
}
