resource "aws_kms_key" "this" {
  description             = var.description
  deletion_window_in_days = var.deletion_window_in_days
  enable_key_rotation     = true
  rotation_period_in_days = 365

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          # The account's IAM policies decide who administers and uses the key; without this statement nobody could.
          Sid       = "EnableIamPolicies"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
          Action    = "kms:*"
          # AWS: "Key policies in AWS KMS", KMS Developer Guide: in a key policy "*" means the key it is attached to.
          Resource = "*"
        },
      ],
      [
        for sid, grant in var.service_grants : {
          Sid       = sid
          Effect    = "Allow"
          Principal = { Service = grant.principal }
          Action    = grant.actions
          # AWS: "Key policies in AWS KMS", KMS Developer Guide: in a key policy "*" means the key it is attached to.
          Resource  = "*"
          Condition = { (grant.condition.test) = { (grant.condition.variable) = grant.condition.value } }
        }
      ],
    )
  })

  tags = {
    Name = var.name
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
