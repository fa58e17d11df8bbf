output "database_name" {
  description = "Name of the database."
  value       = aws_glue_catalog_database.this.name
}

output "query_ids" {
  description = "Id of each query that is kept, by name."
  value       = { for name, query in aws_athena_named_query.this : name => query.id }
}
