resource "aws_rds_cluster" "orders" {
  cluster_identifier              = "orders"
  engine                          = "aurora-postgresql"
  engine_version                  = "17.5"
  allow_major_version_upgrade     = true
  master_username                 = "orders"
  manage_master_user_password     = true
  database_name                   = "orders"
  backup_retention_period         = 14
  preferred_backup_window         = "03:00-03:45"
  preferred_maintenance_window    = "sun:03:00-sun:04:00"
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "orders-last"
  copy_tags_to_snapshot           = true
  storage_encrypted               = true
  db_cluster_parameter_group_name = "orders-17"
  vpc_security_group_ids          = ["sg-0a1b2c3d"]
  db_subnet_group_name            = "data"
  enabled_cloudwatch_logs_exports = ["postgresql", "iam-db-auth-error"]
  serverlessv2_scaling_configuration {
    min_capacity             = 0
    max_capacity             = 32
    seconds_until_auto_pause = 3600
  }
}
resource "aws_rds_cluster" "search" {
  cluster_identifier  = "search"
  engine              = "aurora-mysql"
  engine_version      = "8.0.mysql_aurora.3.08.0"
  master_username     = "search"
  master_password     = "FAKE-SECRET-AURORA"
  storage_encrypted   = true
  skip_final_snapshot = true
  serverlessv2_scaling_configuration {
    min_capacity = 0.5
    max_capacity = 16
  }
}
resource "aws_rds_cluster_instance" "orders" {
  identifier                            = "orders-1"
  cluster_identifier                    = "orders"
  engine                                = "aurora-postgresql"
  instance_class                        = "db.serverless"
  promotion_tier                        = 0
  performance_insights_enabled          = true
  performance_insights_retention_period = 7
  auto_minor_version_upgrade            = false
}
resource "aws_db_instance" "legacy" {
  identifier                 = "legacy"
  engine                     = "mysql"
  engine_version             = "8.0.40"
  instance_class             = "db.r7g.large"
  allocated_storage          = 200
  max_allocated_storage      = 500
  storage_type               = "gp3"
  username                   = "legacy"
  password                   = "FAKE-SECRET-LEGACY-TWO"
  backup_retention_period    = 7
  backup_window              = "01:00-01:30"
  maintenance_window         = "mon:02:00-mon:03:00"
  multi_az                   = true
  publicly_accessible        = false
  deletion_protection        = true
  skip_final_snapshot        = true
  storage_encrypted          = true
  auto_minor_version_upgrade = true
}
resource "aws_rds_cluster_parameter_group" "orders" {
  name   = "orders-16"
  family = "aurora-postgresql16"
  parameter {
    name  = "log_min_duration_statement"
    value = "250"
  }
  parameter {
    name         = "max_connections"
    value        = "1000"
    apply_method = "pending-reboot"
  }
  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements,auto_explain"
    apply_method = "pending-reboot"
  }
  parameter {
    name  = "work_mem"
    value = "16384"
  }
}
resource "aws_db_parameter_group" "legacy" {
  name   = "legacy"
  family = "mysql8.0"
  parameter {
    name  = "slow_query_log"
    value = "1"
  }
  parameter {
    name  = "long_query_time"
    value = "0.5"
  }
}
resource "aws_db_proxy" "orders" {
  name                = "orders"
  engine_family       = "POSTGRESQL"
  role_arn            = "arn:aws:iam::123456789012:role/proxy"
  require_tls         = true
  idle_client_timeout = 900
  debug_logging       = true
  vpc_subnet_ids      = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "REQUIRED"
    secret_arn  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf"
  }
}
resource "aws_db_proxy_default_target_group" "orders" {
  db_proxy_name = "orders"
  connection_pool_config {
    connection_borrow_timeout    = 30
    init_query                   = "SET x=1, y=2"
    max_connections_percent      = 80
    max_idle_connections_percent = 50
    session_pinning_filters      = ["EXCLUDE_VARIABLE_SETS"]
  }
}

resource "aws_db_proxy_endpoint" "readers" {
  db_proxy_name          = aws_db_proxy.orders.name
  db_proxy_endpoint_name = "readers"
  target_role            = "READ_ONLY"
  vpc_subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
}

resource "aws_rds_cluster" "carts" {
  cluster_identifier                  = "carts"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.5"
  engine_mode                         = "provisioned"
  master_username                     = "carts"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  enable_http_endpoint                = true
  backup_retention_period             = 35
  backtrack_window                    = 0
  deletion_protection                 = true
  delete_automated_backups            = false
  final_snapshot_identifier           = "carts-last"
  storage_encrypted                   = true
  storage_type                        = "aurora-iopt1"
  kms_key_id                          = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  apply_immediately                   = true
  performance_insights_enabled        = true
  monitoring_interval                 = 60
  monitoring_role_arn                 = "arn:aws:iam::123456789012:role/monitoring"
  database_insights_mode              = "advanced"

  serverlessv2_scaling_configuration {
    min_capacity = 1
    max_capacity = 64
  }
}

resource "aws_rds_cluster_instance" "carts" {
  identifier          = "carts-1"
  cluster_identifier  = aws_rds_cluster.carts.cluster_identifier
  engine              = aws_rds_cluster.carts.engine
  engine_version      = aws_rds_cluster.carts.engine_version
  instance_class      = "db.serverless"
  availability_zone   = "us-east-1a"
  monitoring_interval = 60
  monitoring_role_arn = "arn:aws:iam::123456789012:role/monitoring"
}

resource "aws_db_parameter_group" "carts" {
  name   = "carts"
  family = "aurora-postgresql17"

  parameter {
    name  = "statement_timeout"
    value = "30000"
  }
}

resource "aws_rds_cluster" "old" {
  cluster_identifier  = "old"
  engine              = "aurora-mysql"
  engine_mode         = "serverless"
  master_username     = "old"
  master_password     = "FAKE-SECRET-OLD"
  skip_final_snapshot = true

  scaling_configuration {
    auto_pause               = true
    min_capacity             = 2
    max_capacity             = 64
    seconds_until_auto_pause = 300
    timeout_action           = "ForceApplyCapacityChange"
  }
}

resource "aws_rds_cluster" "stock" {
  cluster_identifier  = "stock"
  engine              = "aurora-postgresql"
  engine_version      = "16.4"
  master_username     = "stock"
  master_password     = "FAKE-SECRET-STOCK"
  skip_final_snapshot = true
  serverlessv2_scaling_configuration {
    min_capacity             = 0.5
    max_capacity             = 32
    seconds_until_auto_pause = 3600
  }
}
