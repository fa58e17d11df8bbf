resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = "shop-logs"

  rule {
    id     = "archive"
    status = "Enabled"
    filter { prefix = "archive/" }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    transition {
      days          = 120
      storage_class = "GLACIER"
    }
    noncurrent_version_transition {
      noncurrent_days           = 10
      newer_noncurrent_versions = 3
      storage_class             = "GLACIER"
    }
  }
  rule {
    id     = "expire"
    status = "Enabled"
    filter { prefix = "" }
    expiration { days = 60 }
    noncurrent_version_expiration { noncurrent_days = 7 }
    abort_incomplete_multipart_upload { days_after_initiation = 3 }
  }
  rule {
    id     = "tagged"
    status = "Disabled"
    filter {
      and {
        prefix                   = "tmp/"
        object_size_greater_than = 1024
        tags = {
          keep  = "no"
          owner = "nobody"
        }
      }
    }
    expiration { expired_object_delete_marker = true }
  }
  rule {
    id     = "uploads"
    status = "Enabled"
    filter {
      tag {
        key   = "kind"
        value = "upload"
      }
    }
    expiration { date = "2027-01-01T00:00:00Z" }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "new" {
  bucket = "shop-new"

  rule {
    id     = "expire"
    status = "Enabled"
    filter { object_size_less_than = 4096 }
    expiration { days = 7 }
  }
}

locals {
  graph = { view = "timeSeries", region = "us-east-1" }
}

resource "aws_cloudwatch_dashboard" "shop" {
  dashboard_name = "shop"
  dashboard_body = jsonencode({
    start = "-PT6H"
    widgets = [
      { type = "text", x = 0, y = 0, width = 24, height = 1, properties = { markdown = "## Web" } },
      { type = "metric", x = 0, y = 1, width = 8, height = 6, properties = merge(local.graph, { title = "cpu", metrics = [["AWS/ECS", "CPUUtilization", "ServiceName", "web"], ["AWS/ECS", "CPUUtilization", "ServiceName", "web2"]] }) },
      { type = "metric", x = 8, y = 1, width = 8, height = 6, properties = merge(local.graph, { title = "memory", metrics = [["AWS/ECS", "MemoryUtilization", "ServiceName", "web"]] }) },
      { type = "text", x = 0, y = 13, width = 24, height = 1, properties = { markdown = "## API" } },
      { type = "metric", x = 0, y = 14, width = 8, height = 6, properties = merge(local.graph, { title = "cpu", metrics = [["AWS/ECS", "CPUUtilization", "ServiceName", "api"]] }) },
    ]
  })
}

resource "aws_cloudwatch_dashboard" "new" {
  dashboard_name = "new"
  dashboard_body = jsonencode({ widgets = [] })
}
