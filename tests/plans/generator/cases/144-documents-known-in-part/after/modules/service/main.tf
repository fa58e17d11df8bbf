variable "name" {
  type = string
}

variable "environment" {
  type = map(string)
}

variable "queues" {
  type = list(string)
}

locals {
  containers = [{
    name        = var.name
    image       = "registry.example.test/${var.name}:1"
    environment = [for name, value in var.environment : { name = name, value = value }]
  }]
}

resource "aws_ecs_task_definition" "this" {
  family                = var.name
  container_definitions = jsonencode(local.containers)
  skip_destroy          = true
}

resource "aws_iam_role_policy" "queues" {
  name = "queues"
  role = "task-${var.name}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Queues", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = var.queues },
    ]
  })
}
