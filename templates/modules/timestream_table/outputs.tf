output "arn" {
  description = "ARN of the table."
  value       = aws_timestreamwrite_table.this.arn
}

output "database_name" {
  description = "Name of the database."
  value       = aws_timestreamwrite_database.this.database_name
}

output "table_name" {
  description = "Name of the table."
  value       = aws_timestreamwrite_table.this.table_name
}
