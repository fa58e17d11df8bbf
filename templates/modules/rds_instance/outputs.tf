output "identifier" {
  description = "Identifier of the instance."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "resource_id" {
  description = "Id that IAM policies name the instance by when somebody signs in with a token."
  value       = aws_db_instance.this.resource_id
}

output "endpoint" {
  description = "Address of the instance, without its port."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "TCP port of the instance."
  value       = aws_db_instance.this.port
}

output "parameter_group_name" {
  description = "Name of the parameter group."
  value       = aws_db_parameter_group.this.name
}
# {% if variant.managed_password %}

output "master_secret_arn" {
  description = "ARN of the secret that AWS keeps the master password in."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
# {% else %}

output "master_secret_arn" {
  description = "ARN of the secret with the master user's name and password."
  value       = aws_secretsmanager_secret_version.master.arn
}
# {% endif %}
