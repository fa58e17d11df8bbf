# Lets a service obtain its own client certificate from the private CA, which it shows to the internal load
# balancer (mutual TLS). The private key is made in the task and never leaves it. IAM restricts the kind of
# certificate, not the name in it: who may call whom stays the business of the security groups.

resource "aws_iam_role_policy" "this" {
  name = "client-certificate"
  role = var.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "IssueClientCertificate"
        Effect   = "Allow"
        Action   = "acm-pca:IssueCertificate" # mutual TLS: sign the task's request
        Resource = var.private_ca_arn
        Condition = {
          StringEquals = { "acm-pca:TemplateArn" = "arn:aws:acm-pca:::template/EndEntityClientAuthCertificate/V1" }
        }
      },
      {
        Sid    = "FetchCertificate"
        Effect = "Allow"
        Action = [
          "acm-pca:GetCertificate",                     # mutual TLS: fetch what was signed
          "acm-pca:GetCertificateAuthorityCertificate", # mutual TLS: trust the load balancer's certificate
        ]
        Resource = var.private_ca_arn
      },
    ]
  })
}
