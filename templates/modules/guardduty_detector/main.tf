resource "aws_guardduty_detector" "this" {
  # checkov:skip=CKV2_AWS_3:a detector of this account and region, as the catalogue asks for; an organization is not its to turn on
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

# AWS turns on the plans of a new detector that nobody speaks of, and bills each: so all of them are spoken of, but for
# runtime monitoring, which is off by itself (Amazon GuardDuty API: CreateDetector).
resource "aws_guardduty_detector_feature" "this" {
  for_each = toset(["EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"])

  detector_id = aws_guardduty_detector.this.id
  name        = each.key
  status      = contains(var.features, each.key) ? "ENABLED" : "DISABLED"
}
