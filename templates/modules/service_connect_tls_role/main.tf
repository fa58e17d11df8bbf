# The role with which ECS issues and rotates the certificates of Service Connect.

resource "aws_iam_role" "this" {
  name        = var.name
  description = "ECS issues and rotates the TLS certificates of Service Connect."
  # {% include "parts/role_boundary.tf" %}

  # AWS prints no condition here, and none that ECS meets for this role (Amazon ECS Developer Guide, Amazon ECS infrastructure
  # IAM role): with one that it does not meet, no task of an encrypted mesh would start.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs.amazonaws.com" }
    }]
  })
}

# AWS keeps the list of what the feature needs; it reaches only CAs and secrets tagged AmazonECSManaged
# (Amazon ECS Developer Guide, Amazon ECS infrastructure IAM role).
resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity"
}

# The key of Secrets Manager itself lets in everybody who may use the secret.
resource "aws_iam_role_policy" "kms" {
  count = var.kms_key_arn == null ? 0 : 1

  name = "mesh-key"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "EncryptPrivateKeys"
      Effect = "Allow"
      Action = [
        "kms:Decrypt",             # Service Connect TLS: hand a private key to a task
        "kms:GenerateDataKey",     # Service Connect TLS: encrypt the secret
        "kms:GenerateDataKeyPair", # Service Connect TLS: make the certificate's key pair
      ]
      Resource = var.kms_key_arn
    }]
  })
}
