variable "name" {
  type        = string
  description = "What the distribution is found by: its comment, and how the names of its access controls begin."

  # CreateDistribution, Amazon CloudFront API Reference: a comment has 128 characters at most.
  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 128
    error_message = "1 to 128 characters."
  }
}

variable "price_class" {
  type        = string
  description = "Where CloudFront answers from."

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
# {% if variant.named %}

variable "aliases" {
  type        = list(string)
  description = "Its names, which the certificate proves."
}

variable "certificate_arn" {
  type        = string
  description = "ARN of a certificate in ACM, in us-east-1."

  # AWS: "Requirements for using SSL/TLS certificates with CloudFront", Amazon CloudFront Developer Guide.
  validation {
    condition     = var.certificate_arn == null || startswith(coalesce(var.certificate_arn, "-"), "arn:aws:acm:us-east-1:")
    error_message = "CloudFront takes certificates of us-east-1."
  }
}
# {% endif %}

variable "web_acl_arn" {
  type        = string
  default     = null
  description = "ARN of the web ACL that stands before it, of the scope CLOUDFRONT; null for none."
}

variable "bucket_origins" {
  type = map(object({
    domain_name = string
    path        = optional(string, "")
    copy        = optional(string)
  }))
  default     = {}
  description = "Buckets that it reads with signed requests, by the name of the origin: the bucket's name in its region, what stands before each path there, and the name of a copy in another region, where there is one."
}

variable "custom_origins" {
  type = map(object({
    domain_name = string
    path        = optional(string, "")
    protocol    = string
  }))
  default     = {}
  description = "Load balancers and API gateways that it calls, by the name of the origin: a name that its certificate proves, what stands before each path there, and whether it is called with TLS."

  validation {
    condition     = alltrue([for origin in var.custom_origins : contains(["http-only", "https-only"], origin.protocol)])
    error_message = "An origin is called with http-only or https-only."
  }
}

variable "custom_headers" {
  type = map(object({
    name  = string
    value = string
  }))
  default     = {}
  sensitive   = true
  description = "Header that it sends to an origin, by the origin's name: by its value the origin knows this distribution from others."
}

variable "index" {
  type        = string
  default     = null
  description = "File that is answered at /; null for none."
}

variable "page_function_arn" {
  type        = string
  default     = null
  description = "ARN of the function that answers paths without a file's ending with a page; null for none."
}

variable "brotli_function_arn" {
  type        = string
  default     = null
  description = "ARN of the function by which answers of API gateways are compressed with Brotli; null where none are."
}

variable "page_policies" {
  type = object({
    cache_policy_id            = optional(string)
    response_headers_policy_id = optional(string)
  })
  default     = {}
  description = "Ids of the policies of what is kept as pages are; without them nothing is."
}

variable "download_policy_id" {
  type        = string
  default     = null
  description = "Id of the response headers policy by which browsers save what people uploaded; null where they did not."
}

variable "key_group_id" {
  type        = string
  default     = null
  description = "Id of the key group that signed requests are held against; null where none are."
}

variable "cache_policies" {
  type        = map(string)
  default     = {}
  description = "Ids of the policies of what is kept for a time, by the names that `cache` has for them."
}

variable "default" {
  type = object({
    origin   = string
    cache    = string
    forward  = optional(string)
    methods  = string
    compress = bool
    download = optional(bool, false)
    brotli   = optional(bool, false)
    signed   = optional(bool, false)
  })
  description = "What becomes of requests that no path takes: from which origin, whether answers are kept, what of the request the origin sees, which methods are taken, whether browsers save the answers, and whether requests have to be signed."

  validation {
    condition     = contains(concat(["optimized", "disabled", "pages"], keys(var.cache_policies)), var.default.cache) && contains(["read", "options", "all"], var.default.methods)
    error_message = "Answers are optimized, disabled, pages or one of cache_policies, methods read, options or all."
  }
}

variable "behaviours" {
  type = list(object({
    path     = string
    origin   = string
    cache    = string
    forward  = optional(string)
    methods  = string
    compress = bool
    download = optional(bool, false)
    brotli   = optional(bool, false)
    signed   = optional(bool, false)
  }))
  default     = []
  description = "The same for requests of a path; the first that fits wins."

  validation {
    condition     = alltrue([for one in var.behaviours : contains(concat(["optimized", "disabled", "pages"], keys(var.cache_policies)), one.cache) && contains(["read", "options", "all"], one.methods)])
    error_message = "Answers are optimized, disabled, pages or one of cache_policies, methods read, options or all."
  }
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
