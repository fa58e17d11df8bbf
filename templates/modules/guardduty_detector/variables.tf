variable "features" {
  type        = set(string)
  description = "Protection plans that are on, as GuardDuty's API calls them; the others are off."

  # AWS: DetectorFeatureConfiguration, Amazon GuardDuty API Reference.
  validation {
    condition = alltrue([
      for feature in var.features :
      contains(["EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"], feature)
    ])
    error_message = "Protection plans are EBS_MALWARE_PROTECTION, LAMBDA_NETWORK_LOGS, RDS_LOGIN_EVENTS and S3_DATA_EVENTS."
  }
}
