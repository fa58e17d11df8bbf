variable "region" {
  type        = string
  description = "Region of the log group and the bucket."
}

variable "bucket" {
  type        = string
  description = "Name of the bucket."
}

variable "prefix" {
  type        = string
  description = "How the keys of objects begin, with a slash at its end."

  validation {
    condition     = endswith(var.prefix, "/") && !strcontains(var.prefix, "%") && !strcontains(var.prefix, "$")
    error_message = "A prefix ends with a slash, and has none of the signs that stand for the time and the tag."
  }
}

variable "log_group_name" {
  type        = string
  description = "Name of the log group."
}

variable "stream_prefix" {
  type        = string
  default     = "log-router/"
  description = "How the names of log streams begin: the tag of a container and its task follows."
}

variable "expression" {
  type        = string
  description = "Which lines also go to the log group: a regular expression without spaces."

  validation {
    condition     = can(regex("^[^ \"]+$", var.expression))
    error_message = "A space or a quote would end the expression: write \\x20 or \\x22."
  }
}

variable "as_json" {
  type        = bool
  default     = false
  description = "Whether lines in the bucket are JSON with the time and the container of each; they are as they were written if not."
}

variable "search" {
  type = object({
    host  = string
    index = string
  })
  default     = null
  description = "Search domain that gets all lines as well, and how the names of its indexes begin: the day follows."
}

variable "buffer" {
  type        = string
  description = "Folder on disk in which lines wait for their upload."
}
