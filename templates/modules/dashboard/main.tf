# All that is watched, on one page of CloudWatch.

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = var.widgets })
}
