output "arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn

  # A service may name a capacity provider only after the cluster has it.
  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

output "name" {
  description = "Name of the cluster, as CloudWatch and Application Auto Scaling know it."
  value       = aws_ecs_cluster.this.name
}

output "exec_log_group_arn" {
  description = "ARN of the log group that records ECS Exec sessions; null without one."
  value       = one(aws_cloudwatch_log_group.exec[*].arn)
}
