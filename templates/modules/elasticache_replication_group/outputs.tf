output "arn" {
  description = "ARN of the replication group."
  value       = aws_elasticache_replication_group.this.arn
}

output "host" {
  description = "Host name of the primary node, or of the configuration endpoint in cluster mode."
  value       = var.shards == null ? aws_elasticache_replication_group.this.primary_endpoint_address : aws_elasticache_replication_group.this.configuration_endpoint_address
}

output "reader_host" {
  description = "Host name that leads to the replicas; none in cluster mode."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}
