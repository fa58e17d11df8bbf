# What AWS Backup takes snapshots of one database with, and deletes them when their time is up.

locals {
  words = var.kind == "cluster" ? {
    database = "DBClusters"
    snapshot = "DBClusterSnapshot"
    arn      = "cluster-snapshot"
    } : {
    database = "DBInstances"
    snapshot = "DBSnapshot"
    arn      = "snapshot"
  }

  # What AWS Backup calls its snapshots (AWS Backup Developer Guide, managed policies).
  snapshots = "arn:aws:rds:${var.region}:${var.account_id}:${local.words.arn}:awsbackup:*"
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Lets AWS Backup take snapshots of ${var.database_arn}"
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AwsBackup"
      Effect    = "Allow"
      Principal = { Service = "backup.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# AWS: AWSBackupServiceRolePolicyForBackup, AWS Managed Policy Reference Guide: of it, what one database needs.
resource "aws_iam_role_policy" "this" {
  name = "take-snapshots"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "TakeSnapshots"
          Effect = "Allow"
          Action = [
            "rds:AddTagsToResource",
            "rds:Create${local.words.snapshot}",
            "rds:Describe${local.words.database}",
            "rds:Describe${local.words.snapshot}s",
            "rds:ListTagsForResource",
          ]
          Resource = [var.database_arn, local.snapshots]
        },
        {
          Sid      = "DeleteSnapshots"
          Effect   = "Allow"
          Action   = ["rds:Delete${local.words.snapshot}"]
          Resource = [local.snapshots]
        },
        {
          Sid      = "LookAtVault"
          Effect   = "Allow"
          Action   = ["backup:DescribeBackupVault"]
          Resource = [var.vault_arn]
        },
      ],
      [
        for key in var.kms_key_arn[*] : {
          Sid       = "UseKey"
          Effect    = "Allow"
          Action    = ["kms:CreateGrant", "kms:DescribeKey"]
          Resource  = [key]
          Condition = { BoolIfExists = { "kms:GrantIsForAWSResource" = "true" } }
        }
      ],
    )
  })
}
