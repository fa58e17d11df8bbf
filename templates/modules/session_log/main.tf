# Records the shells that Session Manager opens in this account and region: what is typed and what comes back, as it happens.
# Tunnels and SSH through it are encrypted end to end, and have no record (AWS Systems Manager User Guide, "Logging session
# activity").

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

# Session Manager reads its preferences from the document of this name, and from no other (AWS Systems Manager User Guide,
# "Session document schema").
resource "aws_ssm_document" "this" {
  name            = "SSM-SessionManagerRunShell"
  document_type   = "Session"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "How Session Manager works in this account and region."
    sessionType   = "Standard_Stream"
    inputs = {
      cloudWatchLogGroupName      = aws_cloudwatch_log_group.this.name
      cloudWatchEncryptionEnabled = var.logs_kms_key_arn != null # a session ends at once when it is asked of a log group without a key
      cloudWatchStreamingEnabled  = true
      idleSessionTimeout          = "20" # minutes
      kmsKeyId                    = ""
      maxSessionDuration          = ""
      runAsDefaultUser            = ""
      runAsEnabled                = false
      s3BucketName                = ""
      s3EncryptionEnabled         = true
      s3KeyPrefix                 = ""
      shellProfile                = { linux = "", windows = "" }
    }
  })
}
