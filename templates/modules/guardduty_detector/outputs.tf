output "id" {
  description = "Id of the detector."
  value       = aws_guardduty_detector.this.id
}
