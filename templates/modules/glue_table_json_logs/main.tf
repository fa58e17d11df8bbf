# Lines of JSON that Firehose delivered to a bucket, as one table of all that write some: `source` says whose a line is.
#
# AWS: "OpenX JSON SerDe" and "Set up partition projection", Amazon Athena User Guide.

resource "aws_glue_catalog_table" "this" {
  name          = var.name
  database_name = var.database_name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                     = "TRUE"
    "projection.enabled"           = "true"
    "projection.source.type"       = "enum"
    "projection.source.values"     = join(",", var.sources)
    "projection.day.type"          = "date"
    "projection.day.format"        = "yyyy-MM-dd"
    "projection.day.range"         = "NOW-${var.days}DAYS,NOW+1DAYS" # it is UTC's, and elsewhere it may be tomorrow
    "projection.day.interval"      = "1"
    "projection.day.interval.unit" = "DAYS"
    "storage.location.template"    = "${var.location}/$${source}/day=$${day}"
  }

  partition_keys {
    name = "source"
    type = "string"
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
      for_each = var.columns

      content {
        name = columns.key
        type = columns.value
      }
    }

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"

      parameters = {
        "ignore.malformed.json" = "true" # what a program prints before its logger starts
        "serialization.format"  = "1"
      }
    }
  }
}
