# {% extends "modules/rds_instance/outputs.tf" %}
# {% block master_secret %}

output "master_secret_arn" {
  description = "ARN of the secret that AWS keeps the master password in."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
# {% endblock %}
