resource "aws_backup_plan" "this" {
  name = var.name

  dynamic "rule" {
    for_each = var.schedules

    content {
      rule_name                    = rule.key
      target_vault_name            = var.vault_name
      schedule                     = "cron(${rule.value.cron})"
      schedule_expression_timezone = var.time_zone

      lifecycle {
        delete_after = rule.value.retention_days
      }
    }
  }
}

resource "aws_backup_selection" "this" {
  name         = var.name
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = var.role_arn
  resources    = [var.database_arn]
}
