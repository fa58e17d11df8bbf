variable "cluster_identifier" {
  type        = string
  description = "Identifier of the cluster, once it has the readers that are always there."
}

variable "min_readers" {
  type        = number
  description = "Readers that are always there: those that are made beside the cluster."

  # Without any there is nothing to measure.
  validation {
    condition     = var.min_readers >= 1
    error_message = "At least one reader is always there."
  }
}

variable "max_readers" {
  type        = number
  description = "Most readers, with those that are always there."

  # AWS: "Replication with Amazon Aurora", Aurora User Guide.
  validation {
    condition     = var.max_readers >= var.min_readers && var.max_readers <= 15
    error_message = "A cluster has at most 15 readers, and at least those that are always there."
  }
}

variable "targets" {
  type        = map(number)
  description = "What is kept, as the average of the readers: cpu in percent, connections."

  validation {
    condition     = length(var.targets) > 0 && length(setsubtract(keys(var.targets), ["cpu", "connections"])) == 0
    error_message = "The metrics are cpu and connections."
  }
}

variable "scale_out_cooldown" {
  type        = number
  description = "Seconds after a reader was added before another one is."
}

variable "scale_in_cooldown" {
  type        = number
  description = "Seconds after a reader was removed before another one is."
}
