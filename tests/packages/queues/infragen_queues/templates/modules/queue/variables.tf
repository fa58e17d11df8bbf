variable "name" {
  type        = string
  description = "Name of the queue."
}

variable "dead_letter_name" {
  type        = string
  description = "Name of the queue of what could not be handled."
}

variable "retention_seconds" {
  type        = number
  description = "Seconds that a message waits at most."
}

variable "max_receives" {
  type        = number
  description = "How often a message is received before it moves on."
}
