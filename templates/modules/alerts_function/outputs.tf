output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "dead_letters_url" {
  description = "Where what could not be delivered lies."
  value       = aws_sqs_queue.dead_letters.url
}

output "dead_letters_alarm_arn" {
  description = "ARN of the alarm that watches it."
  value       = aws_cloudwatch_metric_alarm.dead_letters.arn
}
