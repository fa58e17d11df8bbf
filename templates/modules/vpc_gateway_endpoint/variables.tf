variable "name" {
  type        = string
  description = "Name of the endpoint."
}

variable "vpc_id" {
  type        = string
  description = "VPC that the endpoint serves."
}

variable "service_name" {
  type        = string
  description = "AWS service behind the endpoint, such as com.amazonaws.ap-northeast-1.dynamodb."

  # AWS: "Gateway endpoints", AWS PrivateLink Guide.
  validation {
    condition     = can(regex("\\.(s3|dynamodb)$", var.service_name))
    error_message = "Gateway endpoints exist for S3 and DynamoDB only."
  }
}

variable "route_table_ids" {
  type        = set(string)
  description = "Route tables that reach the service through the endpoint."
}
