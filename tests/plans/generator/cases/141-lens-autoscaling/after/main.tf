resource "aws_appautoscaling_target" "api" {
  service_namespace  = "ecs"
  resource_id        = "service/prod/api"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 2
  max_capacity       = 20
  role_arn           = "arn:aws:iam::123456789012:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
  suspended_state {
    dynamic_scaling_in_suspended  = false
    dynamic_scaling_out_suspended = false
    scheduled_scaling_suspended   = false
  }
}
resource "aws_appautoscaling_policy" "cpu" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  resource_id        = "service/prod/api"
  scalable_dimension = "ecs:service:DesiredCount"
  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 600
    scale_out_cooldown = 60
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
resource "aws_appautoscaling_policy" "queue" {
  name               = "queue"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  resource_id        = "service/prod/worker"
  scalable_dimension = "ecs:service:DesiredCount"
  target_tracking_scaling_policy_configuration {
    target_value = 50
    customized_metric_specification {
      metrics {
        id          = "m1"
        label       = "messages waiting"
        return_data = false
        metric_stat {
          stat = "Sum"
          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"
            dimensions {
              name  = "QueueName"
              value = "orders"
            }
          }
        }
      }
      metrics {
        id          = "m2"
        label       = "tasks running"
        return_data = false
        metric_stat {
          stat = "Average"
          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"
            dimensions {
              name  = "ServiceName"
              value = "worker"
            }
          }
        }
      }
      metrics {
        id          = "e1"
        expression  = "m1 / m2"
        return_data = true
      }
    }
  }
}
resource "aws_appautoscaling_policy" "steps" {
  name               = "steps"
  policy_type        = "StepScaling"
  service_namespace  = "ecs"
  resource_id        = "service/prod/worker"
  scalable_dimension = "ecs:service:DesiredCount"
  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = 60
    metric_aggregation_type = "Maximum"
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = 20
      scaling_adjustment          = 1
    }
    step_adjustment {
      metric_interval_lower_bound = 20
      metric_interval_upper_bound = 50
      scaling_adjustment          = 2
    }
    step_adjustment {
      metric_interval_lower_bound = 50
      scaling_adjustment          = 8
    }
  }
}
resource "aws_appautoscaling_scheduled_action" "night" {
  name               = "night"
  service_namespace  = "ecs"
  resource_id        = "service/prod/api"
  scalable_dimension = "ecs:service:DesiredCount"
  schedule           = "cron(30 21 * * ? *)"
  timezone           = "Europe/Berlin"
  scalable_target_action {
    min_capacity = 2
    max_capacity = 4
  }
}
resource "aws_autoscaling_group" "workers" {
  name                      = "workers"
  min_size                  = 2
  max_size                  = 12
  desired_capacity          = 3
  health_check_type         = "ELB"
  health_check_grace_period = 300
  vpc_zone_identifier       = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  termination_policies      = ["OldestInstance"]
  launch_template {
    id      = "lt-0123456789abcdef0"
    version = "4"
  }
  tag {
    key                 = "Name"
    value               = "worker"
    propagate_at_launch = true
  }
  tag {
    key                 = "owner"
    value               = "platform"
    propagate_at_launch = true
  }
  tag {
    key                 = "stage"
    value               = "two"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_policy" "workers" {
  name                   = "workers"
  autoscaling_group_name = "workers"
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = 1000
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "app/front/0123456789abcdef/targetgroup/workers/fedcba9876543210"
    }
  }
}
resource "aws_appautoscaling_target" "replicas" {
  service_namespace  = "rds"
  resource_id        = "cluster:orders"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  min_capacity       = 0
  max_capacity       = 3
}
resource "aws_appautoscaling_policy" "replicas" {
  name               = "replicas"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.replicas.service_namespace
  resource_id        = aws_appautoscaling_target.replicas.resource_id
  scalable_dimension = aws_appautoscaling_target.replicas.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value     = 75
    disable_scale_in = true
    predefined_metric_specification {
      predefined_metric_type = "RDSReaderAverageCPUUtilization"
    }
  }
}
resource "aws_appautoscaling_policy" "own" {
  name               = "own"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.replicas.service_namespace
  resource_id        = aws_appautoscaling_target.replicas.resource_id
  scalable_dimension = aws_appautoscaling_target.replicas.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 12.5
    customized_metric_specification {
      namespace   = "Shop"
      metric_name = "OpenCarts"
      statistic   = "Average"
      unit        = "Count"
      dimensions {
        name  = "Shop"
        value = "north west"
      }
    }
  }
}
resource "aws_autoscaling_policy" "steps" {
  name                      = "steps"
  autoscaling_group_name    = aws_autoscaling_group.workers.name
  policy_type               = "StepScaling"
  adjustment_type           = "PercentChangeInCapacity"
  estimated_instance_warmup = 120
  min_adjustment_magnitude  = 2
  metric_aggregation_type   = "Average"
  step_adjustment {
    metric_interval_upper_bound = 0
    scaling_adjustment          = -10
  }
  step_adjustment {
    metric_interval_lower_bound = 0
    scaling_adjustment          = 25
  }
}
