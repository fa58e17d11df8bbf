# {# The variable of an authority that issues, and may revoke. #}
variable "revocation_bucket_name" {
  type        = string
  default     = null
  description = "Bucket that the list of revoked certificates is left in; null for no list."
}
