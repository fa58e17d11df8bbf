# {# The target group of a service whose callers show a client certificate. #}
target = {
  name                 = "@{own.target_group_name}"
  vpc_id               = "@{own.vpc.id}"
  deregistration_delay = "@{own.deregistration_delay}"

  health_check = {
    path      = "@{entry.health.path}"
    interval  = "@{entry.health.interval}"
    timeout   = "@{entry.health.timeout}"
    healthy   = "@{entry.health.healthy}"
    unhealthy = "@{entry.health.unhealthy}"
  }
}
