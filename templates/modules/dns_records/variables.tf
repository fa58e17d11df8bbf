variable "zone_id" {
  type        = string
  description = "Id of the hosted zone."
}

variable "records" {
  type = map(object({
    name   = string
    type   = string
    ttl    = number
    values = list(string)
  }))
  description = "Records by their full name and type; a TXT value of more than 255 characters is several strings with \"\" between."

  # RFC 2181, section 8: 31 bits.
  validation {
    condition     = alltrue([for record in var.records : record.ttl >= 0 && record.ttl <= 2147483647])
    error_message = "Answers are kept for 0 to 2147483647 seconds."
  }
}
