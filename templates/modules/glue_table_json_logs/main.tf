# {% if variant.hourly %}
# Lines of JSON that routers in tasks sent to a bucket by the hour of UTC, as one table of all that write some: `source`
# says whose a line is.
# {% else %}
# Lines of JSON that Firehose delivered to a bucket, as one table of all that write some: `source` says whose a line is.
# {% endif %}
#
# AWS: "OpenX JSON SerDe" and "Set up partition projection", Amazon Athena User Guide.

resource "aws_glue_catalog_table" "this" {
  name          = var.name
  database_name = var.database_name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                 = "TRUE"
    "projection.enabled"       = "true"
    "projection.source.type"   = "enum"
    "projection.source.values" = join(",", var.sources)
    # {% if variant.hourly %}
    "projection.year.type"      = "integer"
    "projection.year.range"     = "2025,2049"
    "projection.month.type"     = "integer"
    "projection.month.range"    = "1,12"
    "projection.month.digits"   = "2"
    "projection.day.type"       = "integer"
    "projection.day.range"      = "1,31"
    "projection.day.digits"     = "2"
    "projection.hour.type"      = "integer"
    "projection.hour.range"     = "0,23"
    "projection.hour.digits"    = "2"
    "storage.location.template" = "${var.location}/$${source}/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}"
    # {% else %}
    "projection.day.type"          = "date"
    "projection.day.format"        = "yyyy-MM-dd"
    "projection.day.range"         = "NOW-${var.days}DAYS,NOW+1DAYS" # it is UTC's, and elsewhere it may be tomorrow
    "projection.day.interval"      = "1"
    "projection.day.interval.unit" = "DAYS"
    "storage.location.template"    = "${var.location}/$${source}/day=$${day}"
    # {% endif %}
  }

  partition_keys {
    name = "source"
    type = "string"
  }

  # {% if variant.hourly %}
  dynamic "partition_keys" {
    for_each = ["year", "month", "day", "hour"]

    content {
      name = partition_keys.value
      type = "int"
    }
  }
  # {% else %}
  partition_keys {
    name = "day"
    type = "string"
  }
  # {% endif %}

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
