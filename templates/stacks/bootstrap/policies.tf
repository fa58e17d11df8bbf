locals {
  # A plan reads states and holds their locks; Terraform writes none. AWS: "S3 backend", Terraform: the lock is an object
  # beside the state.
  lock_states = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindStates"
        Effect   = "Allow"
        Action   = "s3:ListBucket" # a state that is not there yet is told from one that may not be read
        Resource = "@{states.arn}"
      },
      {
        Sid      = "ReadStates"
        Effect   = "Allow"
        Action   = "s3:GetObject" # states, and who holds a lock
        Resource = "@{states.objects}"
      },
      {
        Sid      = "LockStates"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:DeleteObject"] # take the lock and let go of it
        Resource = "@{states.locks}"
      },
      {
        Sid       = "UseStateKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"] # S3 does so for whoever reads or writes
        Resource  = module.state_bucket.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "@{states.via_service}" } }
      },
    ]
  })

  # An apply also writes states; it removes none.
  write_states = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindStates"
        Effect   = "Allow"
        Action   = "s3:ListBucket" # a state that is not there yet is told from one that may not be read
        Resource = "@{states.arn}"
      },
      {
        Sid      = "WriteStates"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"] # states and locks
        Resource = "@{states.objects}"
      },
      {
        Sid      = "UnlockStates"
        Effect   = "Allow"
        Action   = "s3:DeleteObject" # let go of the lock
        Resource = "@{states.locks}"
      },
      {
        Sid       = "UseStateKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"] # S3 does so for whoever reads or writes
        Resource  = module.state_bucket.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "@{states.via_service}" } }
      },
    ]
  })

  # What a plan asks of the services that the stacks use: how things are configured, not what is in them. Lists and
  # descriptions have no narrower resource. What the AWS provider asks for, by type of resource.
  read_configuration = {
    # {% for policy in policies.plan %}
    "@{policy.name}" = jsonencode({
      Version = "2012-10-17"
      Statement = [
        # {% for grant in policy.grants %}
        {
          Sid      = "@{grant.sid}"
          Effect   = "Allow"
          Action   = "@{grant.actions}"
          Resource = "@{grant.resources}"
        },
        # {% endfor %}
      ]
    })
    # {% endfor %}
  }
  # {% if keeps_data %}

  # What a plan reads besides.
  read = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # {% if read.objects %}
      {
        Sid      = "ReadOwnObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectTagging"] # objects that Terraform itself puts there
        Resource = "@{read.objects}"
      },
      # {% endif %}
      # {% if read.secrets %}
      {
        Sid      = "ReadOwnSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue" # of which a plan shows what is made
        Resource = "@{read.secrets}"
      },
      {
        Sid       = "OpenOwnSecrets"
        Effect    = "Allow"
        Action    = "kms:Decrypt" # by Secrets Manager, for a secret that may be read
        Resource  = "@{read.keys}"
        Condition = { StringEquals = { "kms:ViaService" = "@{read.via_service}" } }
      },
      # {% endif %}
      # {% if read.parameters %}
      {
        Sid      = "ReadOwnParameters"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter", "ssm:GetParameters"] # parameters that Terraform itself sets
        Resource = "@{read.parameters}"
      },
      # {% endif %}
    ]
  })

  # {% endif %}

  # What an apply changes: what the AWS provider asks for so that the stacks' resources are made, changed and deleted. Of
  # services whose things have names those of the environment; of the others everything in its regions.
  change = {
    # {% for policy in policies.apply %}
    "@{policy.name}" = jsonencode({
      Version = "2012-10-17"
      Statement = [
        # {% for grant in policy.grants %}
        {
          Sid      = "@{grant.sid}"
          Effect   = "Allow"
          Action   = "@{grant.actions}"
          Resource = "@{grant.resources}"
          # {% if grant.condition %}
          Condition = "@{grant.condition}"
          # {% endif %}
        },
        # {% endfor %}
      ]
    })
    # {% endfor %}
  }

  # What an apply hands over: the environment's roles to the services that run under them.
  manage = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # {% if manage.copied_from %}
      {
        Sid       = "CopyDatabases"
        Effect    = "Allow"
        Action    = "rds:CreateDBInstanceReadReplica" # asked for in the region of what is copied, too
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = "@{manage.copied_from}" } }
      },
      # {% endif %}
      # {% if manage.copies %}
      {
        Sid      = "LetCopiesNotify"
        Effect   = "Allow"
        Action   = "s3:PutBucketNotification" # of new objects, in copies that the primary makes here
        Resource = "@{manage.copies}"
      },
      # {% endif %}
      {
        Sid       = "HandRolesToServices"
        Effect    = "Allow"
        Action    = "iam:PassRole" # to the services that run under them
        Resource  = "@{manage.roles}"
        Condition = { StringEquals = { "iam:PassedToService" = "@{manage.passed_to}" } }
      },
      {
        Sid      = "LetServicesMakeTheirRoles"
        Effect   = "Allow"
        Action   = "iam:CreateServiceLinkedRole" # once an account and service; the service says what is in it
        Resource = "@{manage.service_linked_roles}"
      },
    ]
  })

  # What neither role gets beyond, whatever is attached to it: the services of the stacks, and never what holds CI itself.
  boundary = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ServicesOfTheStacks"
        Effect   = "Allow"
        Action   = "@{boundary.actions}"
        Resource = "*" # the roles' own policies are narrower
      },
      {
        Sid    = "NeverOwnIdentity"
        Effect = "Deny"
        Action = [
          "iam:Add*",
          "iam:Attach*",
          "iam:Create*",
          "iam:Delete*",
          "iam:Detach*",
          "iam:PassRole",
          "iam:Put*",
          "iam:Remove*",
          "iam:Set*",
          "iam:Tag*",
          "iam:Untag*",
          "iam:Update*",
        ]
        Resource = "@{boundary.own_identity}"
      },
      # {% if boundary.of_roles %}
      # "Delegating responsibility to others using permissions boundaries", IAM User Guide. Of a role that has none yet, an
      # apply sets it before anything else.
      {
        Sid       = "NeverRolesWithoutABoundary"
        Effect    = "Deny"
        Action    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = "*"
        Condition = { StringNotEquals = { "iam:PermissionsBoundary" = "@{boundary.of_roles}" } } # true without one, too
      },
      {
        Sid      = "NeverRemoveABoundary"
        Effect   = "Deny"
        Action   = "iam:DeleteRolePermissionsBoundary"
        Resource = "*"
      },
      # {% endif %}
      {
        Sid    = "NeverPeople"
        Effect = "Deny"
        Action = [
          "iam:*AccessKey*",
          "iam:*Group*",
          "iam:*LoginProfile*",
          "iam:*MFADevice*",
          "iam:*OpenIDConnectProvider*",
          "iam:*SAMLProvider*",
          "iam:*User*",
        ]
        Resource = "*" # there are none for Terraform to manage
      },
      {
        Sid    = "NeverTheStateBucket"
        Effect = "Deny"
        Action = [
          "s3:BypassGovernanceRetention",
          "s3:DeleteBucket*",
          "s3:DeleteObjectVersion",
          "s3:PutBucket*",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
          "s3:PutReplicationConfiguration",
        ]
        Resource = ["@{states.arn}", "@{states.all_objects}"]
      },
      {
        Sid      = "NeverRemoveAState"
        Effect   = "Deny"
        Action   = "s3:DeleteObject" # locks alone go
        Resource = "@{states.state_files}"
      },
      {
        Sid      = "NeverTheBootstrapsState"
        Effect   = "Deny"
        Action   = ["s3:PutObject", "s3:DeleteObject"] # a person's business
        Resource = "@{states.bootstrap_files}"
      },
      {
        Sid    = "NeverTheStateKey"
        Effect = "Deny"
        Action = [
          "kms:CreateGrant",
          "kms:Delete*",
          "kms:Disable*",
          "kms:Put*",
          "kms:ScheduleKeyDeletion",
          "kms:Update*",
        ]
        Resource = module.state_bucket.kms_key_arn
      },
      {
        Sid       = "NeverAnotherStateKey" # of an environment in the same account, by an alias that is not this one's
        Effect    = "Deny"
        Action    = ["kms:CreateGrant", "kms:Disable*", "kms:Put*", "kms:ScheduleKeyDeletion", "kms:Update*"]
        Resource  = "*"
        Condition = { "ForAnyValue:StringLike" = { "kms:ResourceAliases" = "alias/*-terraform-state" } }
      },
    ]
  })
}
