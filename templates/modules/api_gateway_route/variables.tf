variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "root_resource_id" {
  type        = string
  description = "Id of the API's root path."
}

# {% if not variant.every_path %}
variable "path" {
  type        = string
  description = "First path segment, without slashes."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }
}

variable "backend_path" {
  type        = string
  description = "First path segment that the internal load balancer knows the service by."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.backend_path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }
}

# {% endif %}
variable "methods" {
  type        = set(string)
  description = "HTTP methods that are passed on; ANY for all."

  validation {
    condition     = length(var.methods) > 0 && length(setsubtract(var.methods, ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])) == 0
    error_message = "ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT."
  }
}

variable "authorization" {
  type        = string
  description = "How the caller is proved beside the API key: NONE (the backend checks its token) or AWS_IAM."

  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.authorization)
    error_message = "NONE or AWS_IAM."
  }
}

variable "preflight" {
  type        = bool
  default     = false
  description = "Whether OPTIONS asks for no key and no signature, as browsers send neither with it; the backend answers (CORS)."
}

variable "vpc_link_id" {
  type        = string
  description = "Id of the VPC link to the internal load balancer."
}

variable "backend_url" {
  type        = string
  description = "Address of the internal load balancer without a path; over TLS its host is the name in the certificate."

  validation {
    condition     = can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", var.backend_url))
    error_message = "An http or https address without a path."
  }
}
