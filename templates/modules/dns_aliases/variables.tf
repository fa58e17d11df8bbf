variable "zone_id" {
  type        = string
  description = "Id of the hosted zone of these names."
}

variable "names" {
  type        = list(string)
  description = "Names that lead there."
}

variable "target_name" {
  type        = string
  description = "Name that AWS gave the target."
}

variable "target_zone_id" {
  type        = string
  description = "Hosted zone of the target's own name."
}
