# A host that people go through: Session Manager reaches it without an open port, SSH where its security group lets it in. It
# has no user data, no secret and no right to anything but sessions, their record and its patches.

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Lets Session Manager reach ${var.name}, and nothing else."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

# Less than AmazonSSMManagedInstanceCore, which reads every parameter of the account (AWS Systems Manager User Guide, "Create an
# IAM role with minimal Session Manager permissions").
resource "aws_iam_role_policy" "sessions" {
  # checkov:skip=CKV_AWS_290:these actions know no resource
  # checkov:skip=CKV_AWS_355:these actions know no resource
  name = "take-sessions"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "TakeSessions"
      Effect = "Allow"
      Action = [
        "ssm:UpdateInstanceInformation",    # that it is there
        "ssmmessages:CreateControlChannel", # hears of sessions
        "ssmmessages:CreateDataChannel",    # what is typed, and what comes back
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]

      # The actions support no resource type that fits (Service Authorization Reference, Amazon Message Gateway Service).
      Resource = "*"
    }]
  })
}

# Its agent writes the record of sessions, where the account has one, whoever of its environments owns that.
resource "aws_iam_role_policy" "session_log" {
  # checkov:skip=CKV_AWS_355:the agent asks which log groups there are, an action that knows no other resource
  name = "record-sessions"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FindLogGroup"
        Effect = "Allow"
        Action = "logs:DescribeLogGroups" # whether it is encrypted

        # It lists the groups of the region (Service Authorization Reference, Amazon CloudWatch Logs).
        Resource = "*"
      },
      {
        Sid    = "RecordSessions"
        Effect = "Allow"
        Action = [
          "logs:CreateLogStream", # one a session
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
        ]
        Resource = "${var.session_log_group_arn}:*"
      },
    ]
  })
}

# What the agent asks to patch by, of AmazonSSMManagedInstanceCore's rights: no parameter, no package of Distributor.
resource "aws_iam_role_policy" "patches" {
  # checkov:skip=CKV_AWS_290:the agent reports about itself alone, and most of these actions know no resource
  # checkov:skip=CKV_AWS_355:most of these actions know no resource
  name = "take-patches"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "TakePatches"
      Effect = "Allow"
      Action = [
        "ssm:DescribeAssociation",
        "ssm:GetDeployablePatchSnapshotForInstance", # which patches are approved
        "ssm:GetDocument",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations", # what it is to do, and when
        "ssm:PutComplianceItems",
        "ssm:PutInventory",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus", # how it went
      ]
      # Service Authorization Reference: AWS Systems Manager
      Resource = "*"
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
}

resource "aws_instance" "this" {
  # checkov:skip=CKV_AWS_126:what runs on it is people's sessions; minutes of its CPU tell nobody anything
  # checkov:skip=CKV_AWS_135:types that EC2 has today are always optimized for EBS
  # checkov:skip=CKV_AWS_88:where SSH is let in from the addresses that the catalogue names, and nowhere else
  ami                         = var.ami
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  vpc_security_group_ids      = [var.security_group_id]
  associate_public_ip_address = var.is_public ? true : null # null: as its subnet has it, which gives none
  iam_instance_profile        = aws_iam_instance_profile.this.name
  key_name                    = var.key_name
  disable_api_termination     = var.is_protected

  # Whoever gets a program on it to fetch an address does not get the role's keys.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    encrypted   = true
    kms_key_id  = var.kms_key_arn
  }

  tags = {
    Name = var.name
  }

  # The agent asks once it runs, and after a refusal only half an hour later.
  depends_on = [aws_iam_role_policy.session_log, aws_iam_role_policy.sessions]
}

# It runs for years, and its image is as old as its id: once a week it installs what AWS's baseline approves, and reboots where
# that needs it (AWS Systems Manager User Guide, "SSM Command document for patching: AWS-RunPatchBaseline"). State Manager's
# clock is in UTC.
resource "aws_ssm_association" "patches" {
  association_name            = "${var.name}-patches"
  name                        = "AWS-RunPatchBaseline"
  schedule_expression         = "cron(0 18 ? * SUN *)"
  apply_only_at_cron_interval = true # and not when it is made, while people are on it

  parameters = {
    Operation    = "Install"
    RebootOption = "RebootIfNeeded"
  }

  targets {
    key    = "InstanceIds"
    values = [aws_instance.this.id]
  }
}

# An address that stays when it is stopped. Without one the provider would take a stopped host for one that lacks its public
# address, and would make another.
resource "aws_eip" "this" {
  # checkov:skip=CKV2_AWS_19:it is the host's
  count = var.is_public ? 1 : 0

  domain   = "vpc"
  instance = aws_instance.this.id

  tags = {
    Name = var.name
  }
}
