variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "cross_origin" {
  type        = bool
  default     = false
  description = "Whether pages of other hosts may read the answer (CORS)."
}
