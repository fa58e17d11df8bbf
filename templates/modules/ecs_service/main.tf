# {% block title %}
# A service on Fargate whose image is set by Terraform (`deploy: terraform`): a new image is a new task
# definition, and applying it is the deployment. ecs_service_pipeline is its twin for `deploy: pipeline`.
# {% endblock %}
#
# Reached in two ways: the internal load balancer registers the tasks on the container's port, and other
# services come through Service Connect on the mesh port, encrypted by TLS. Service Connect proves the
# server to the client, not the client to the server (internal_load_balancer says where clients are proved).

resource "aws_service_discovery_service" "this" {
  name        = var.discovery_name
  description = "Tasks of ${var.name}."

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10 # seconds; a stopped task's address is forgotten soon
    }
  }

  # ECS reports the health of the tasks; one failure takes an address out.
  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_ecs_service" "this" {
  name                   = var.name
  cluster                = var.cluster_arn
  task_definition        = var.task_definition_arn
  desired_count          = var.initial_tasks
  platform_version       = "LATEST"
  enable_execute_command = var.enable_execute_command
  propagate_tags         = "SERVICE"

  enable_ecs_managed_tags           = true
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = var.health_check_grace_period_seconds

  # A deployment starts the new tasks beside the old ones, and goes back by itself when they do not stay up.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_providers

    content {
      capacity_provider = capacity_provider_strategy.key
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = var.container_name
    container_port   = var.container_port
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  service_connect_configuration {
    enabled   = true
    namespace = var.namespace_arn

    service {
      port_name = "http"

      # Unique in the namespace, so not the name that the Cloud Map service above has.
      discovery_name = "${var.discovery_name}-mesh"

      # The proxy takes its own port and leaves the container's to the load balancer; security groups
      # open this one to the declared callers.
      ingress_port_override = var.mesh_port

      client_alias {
        dns_name = var.discovery_name
        port     = var.container_port
      }

      tls {
        kms_key  = var.mesh_kms_key_arn
        role_arn = var.mesh_role_arn

        issuer_cert_authority {
          aws_pca_authority_arn = var.private_ca_arn
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [
      desired_count, # Application Auto Scaling moves it between the minimum and the maximum
      # {% block ignored %}
      # {% endblock %}
    ]
  }
}
