# {# An Application Load Balancer that only the VPC reaches. #}
resource "aws_lb" "this" {
  name                       = var.name
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.subnet_ids
  security_groups            = [var.security_group_id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60

  access_logs {
    bucket  = var.log_bucket_name
    prefix  = var.log_prefix
    enabled = true
  }

  # Which client certificate opened which connection, and which were refused.
  connection_logs {
    bucket  = var.log_bucket_name
    prefix  = var.log_prefix
    enabled = true
  }
}
