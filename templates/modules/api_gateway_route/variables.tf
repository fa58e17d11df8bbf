variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

# {% if variant.nested %}
variable "parent_id" {
  type        = string
  description = "Id of the path that it is below, or of the API's root."
}

variable "path_part" {
  type        = string
  description = "Last path segment, without slashes; in braces, a variable."

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+|{[A-Za-z0-9]+})$", var.path_part))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens, or a variable in braces."
  }
}

# {% else %}
variable "root_resource_id" {
  type        = string
  description = "Id of the API's root path."
}

# {% endif %}
# {% if not variant.every_path and not variant.nested %}
variable "path" {
  type        = string
  description = "First path segment, without slashes."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }
}

# {% endif %}
# {% if variant.function %}
variable "region" {
  type        = string
  description = "Region of the API and of the function."
}

variable "function_arn" {
  type        = string
  description = "ARN of the function; who may invoke it, its own policy says."
}

# {% elif variant.nested %}
variable "backend_path" {
  type        = string
  description = "Path at the internal load balancer, which knows the service by the first segment; variables in braces."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+(/([A-Za-z0-9._-]+|{[A-Za-z0-9]+}))*$", var.backend_path))
    error_message = "Path segments of letters, digits, dots, underscores and hyphens; after the first, variables in braces too."
  }
}

# {% elif not variant.every_path %}
variable "backend_path" {
  type        = string
  description = "First path segment that the internal load balancer knows the service by."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.backend_path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }
}

# {% endif %}
# {% if variant.validated %}
variable "operations" {
  type = map(object({
    parameters = set(string)
    models     = map(string)
  }))
  description = "What a request has to have, by method and path below this one (`POST /items`): parameters (`querystring.day`, `header.X-Day`), and the model of its body by content type, `$default` for any."

  validation {
    condition     = length(var.operations) > 0 && alltrue([for key in keys(var.operations) : can(regex("^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /", key))])
    error_message = "At least one; a method and a path that begins with a slash."
  }

  validation {
    condition     = alltrue([for key in keys(var.operations) : length(split("/", key)) <= 9])
    error_message = "A path has at most eight segments."
  }
}

variable "models" {
  type        = map(string)
  default     = {}
  description = "Models of bodies by name: JSON Schema, draft 4."

  validation {
    condition     = alltrue([for name in keys(var.models) : can(regex("^[A-Za-z0-9]+$", name))])
    error_message = "A model is called by letters and digits."
  }
}

# {% else %}
variable "methods" {
  type        = set(string)
  description = "HTTP methods that are passed on; ANY for all."

  validation {
    condition     = length(var.methods) > 0 && length(setsubtract(var.methods, ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])) == 0
    error_message = "ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT."
  }
}

# {% endif %}
variable "authorization" {
  type = string
  # {% if variant.nested %}
  description = "How the caller is proved beside the API key: NONE (the backend checks its token), AWS_IAM, COGNITO_USER_POOLS or CUSTOM."

  validation {
    condition     = contains(["NONE", "AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM"], var.authorization)
    error_message = "NONE, AWS_IAM, COGNITO_USER_POOLS or CUSTOM."
  }
  # {% else %}
  description = "How the caller is proved beside the API key: NONE (the backend checks its token) or AWS_IAM."

  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.authorization)
    error_message = "NONE or AWS_IAM."
  }
  # {% endif %}
}

# {% if variant.nested %}
variable "authorizer_id" {
  type        = string
  default     = null
  description = "Id of the authorizer that checks the caller's token."
}

# {% endif %}
variable "preflight" {
  type        = bool
  default     = false
  description = "Whether OPTIONS asks for no key and no signature, as browsers send neither with it; the backend answers (CORS)."
}

# {% if not variant.function %}
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

# {% endif %}
