# {% extends "modules/ecs_service_extended/main.tf" %}
# {% block title %}
# As ecs_service_extended, for a service that AWS CodeDeploy delivers (`blue_green`): it starts new tasks beside the old
# ones and moves the requests. ECS takes no change of what is ignored here but from CodeDeploy (Amazon ECS API: UpdateService).
# {% endblock %}
# {% block rebalancing %}
  availability_zone_rebalancing = "DISABLED" # AWS documents it for tasks that ECS itself replaces
# {% endblock %}
# {% block deployment %}
  # What is new is delivered by CodeDeploy, which goes back by itself: ECS has its circuit breaker for its own deployments.
  # Its two figures are AWS's own; on Fargate, CodeDeploy makes nothing of them (Amazon ECS API: DeploymentConfiguration).
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_controller {
    type = "CODE_DEPLOY"
  }

# {% endblock %}
# {% block ignored %}
task_definition,       # a delivery brings its own revision
load_balancer,         # the target group becomes the other one with each delivery
network_configuration, # a delivery brings it along
platform_version,      # AWS answers 1.4.0 where LATEST was asked for
# {% endblock %}
