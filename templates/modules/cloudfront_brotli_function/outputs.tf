output "arn" {
  description = "ARN of the function."
  value       = aws_cloudfront_function.this.arn
}
