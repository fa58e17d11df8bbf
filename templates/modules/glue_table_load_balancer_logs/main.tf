# The access logs of an Application Load Balancer as a table, whose days Athena works out by itself.
#
# AWS: "Create the table for ALB access logs in Athena using partition projection", Amazon Athena User Guide.

locals {
  columns = [
    ["type", "string"],
    ["time", "string"],
    ["elb", "string"],
    ["client_ip", "string"],
    ["client_port", "int"],
    ["target_ip", "string"],
    ["target_port", "int"],
    ["request_processing_time", "double"],
    ["target_processing_time", "double"],
    ["response_processing_time", "double"],
    ["elb_status_code", "int"],
    ["target_status_code", "string"],
    ["received_bytes", "bigint"],
    ["sent_bytes", "bigint"],
    ["request_verb", "string"],
    ["request_url", "string"],
    ["request_proto", "string"],
    ["user_agent", "string"],
    ["ssl_cipher", "string"],
    ["ssl_protocol", "string"],
    ["target_group_arn", "string"],
    ["trace_id", "string"],
    ["domain_name", "string"],
    ["chosen_cert_arn", "string"],
    ["matched_rule_priority", "string"],
    ["request_creation_time", "string"],
    ["actions_executed", "string"],
    ["redirect_url", "string"],
    ["lambda_error_reason", "string"],
    ["target_port_list", "string"],
    ["target_status_code_list", "string"],
    ["classification", "string"],
    ["classification_reason", "string"],
    ["conn_trace_id", "string"],
  ]

  # One group for each column, and one for what AWS adds at the end.
  line = join(" ", [
    "([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*)",
    "([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*)",
    "\"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*)",
    "\"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\"",
    "\"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?( .*)?",
  ])
}

resource "aws_glue_catalog_table" "this" {
  name          = var.name
  database_name = var.database_name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                     = "TRUE"
    "projection.enabled"           = "true"
    "projection.day.type"          = "date"
    "projection.day.format"        = "yyyy/MM/dd"
    "projection.day.range"         = "NOW-${var.days}DAYS,NOW"
    "projection.day.interval"      = "1"
    "projection.day.interval.unit" = "DAYS"
    "storage.location.template"    = "${var.location}/$${day}"
  }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location      = "${var.location}/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    dynamic "columns" {
      for_each = local.columns

      content {
        name = columns.value[0]
        type = columns.value[1]
      }
    }

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.RegexSerDe"

      parameters = {
        "input.regex"          = local.line
        "serialization.format" = "1"
      }
    }
  }
}
