variable "name" {
  type        = string
  description = "How the names of the policies begin."
}

variable "policies" {
  type = map(object({
    ttl               = number
    headers           = optional(list(string), [])
    cookies           = optional(list(string), [])
    query_strings     = optional(list(string), [])
    all_query_strings = optional(bool, false)
  }))
  description = "How long responses are kept, in seconds, and what tells them apart beside their path: headers, cookies and parameters of the query string, by the rest of the policy's name."

  # AWS: "Quotas", Amazon CloudFront Developer Guide: ten of each in a cache policy.
  validation {
    condition     = alltrue([for one in var.policies : max(length(one.headers), length(one.cookies), length(one.query_strings)) <= 10])
    error_message = "A cache policy has 10 headers, 10 cookies and 10 parameters of the query string at most."
  }
}
