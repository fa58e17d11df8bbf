# Grafana, and the role by which it reads the metrics of one workspace of Prometheus.

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Lets Grafana read the metrics of ${var.name}"
  # {% include "parts/role_boundary.tf" %}

  # AWS: "Cross-service confused deputy prevention", Amazon Managed Grafana User Guide: of this account only.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "GrafanaOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "grafana.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
    ]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "read-metrics"
  role = aws_iam_role.this.id

  # AWS: "Amazon Managed Grafana permissions and policies for AWS data sources", Amazon Managed Grafana User Guide.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadMetrics"
        Effect = "Allow"
        Action = [
          "aps:DescribeWorkspace",
          "aps:GetLabels",
          "aps:GetMetricMetadata",
          "aps:GetSeries",
          "aps:QueryMetrics",
        ]
        Resource = var.prometheus_arn
      },
      {
        Sid      = "FindWorkspace"
        Effect   = "Allow"
        Action   = "aps:ListWorkspaces" # on all of the account: Service Authorization Reference, Amazon Managed Prometheus
        Resource = "*"
      },
    ]
  })
}

resource "aws_grafana_workspace" "this" {
  name                     = var.name
  account_access_type      = "CURRENT_ACCOUNT"
  permission_type          = "CUSTOMER_MANAGED"
  authentication_providers = var.sign_in
  data_sources             = ["PROMETHEUS"]
  grafana_version          = var.grafana_version
  role_arn                 = aws_iam_role.this.arn
}
