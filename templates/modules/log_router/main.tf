# What Fluent Bit does with the lines of a task's containers, which FireLens hands to it: all go to a bucket, in compressed
# files by the hour of UTC, and some of them to the log group as well. It makes nothing: the text is for the task definition.
#
# FireLens writes the inputs, and tags the lines of a container with <container>-firelens-<task>: a tag with a dot is one
# of those that are sent twice (Amazon ECS Developer Guide: Send Amazon ECS logs to an AWS service or AWS Partner).
#
# Fluent Bit: Official Manual, Rewrite Tag, Amazon CloudWatch, Amazon S3, and OpenSearch (2 refuses a type's name); its keys are in UTC (flb_get_s3_key).

locals {
  json = <<-EOT

    [FILTER]
        Name         parser
        Match_Regex  ^[^.]+$
        Key_Name     log
        Parser       json_line
        Reserve_Data On
  EOT

  parser = var.as_json ? local.json : ""
  form   = var.as_json ? "json_date_format     iso8601" : "log_key              log"

  search = var.search == null ? "" : join("\n", [
    "",
    "[OUTPUT]",
    "    Name               opensearch",
    "    Match_Regex        ^[^.]+$",
    "    Host               ${var.search.host}",
    "    Port               443",
    "    tls                On",
    "    AWS_Auth           On",
    "    AWS_Region         ${var.region}",
    "    Logstash_Format    On",
    "    Logstash_Prefix    ${var.search.index}",
    "    Suppress_Type_Name On",
    "    Generate_ID        On", # what is sent again is stored once
    "    Trace_Error        On",
    "    Retry_Limit        5",
    "    storage.total_limit_size 500M",
    "",
  ])

  # A list of lines, in place of a heredoc, in which not all programs that read HCL look for references.
  configuration = join("\n", [
    "[SERVICE]",
    "    Flush        1",
    "    Grace        30",
    "    Parsers_File /tmp/parsers.conf",
    "    storage.path              ${var.buffer}/chunks", # lines that wait, and 32 chunks of 2 MB at most in memory
    "    storage.max_chunks_up     32",
    "    storage.backlog.mem_limit 16M",
    "",
    "[FILTER]",
    "    Name                  rewrite_tag",
    "    Match_Regex           ^[^.]+$",
    "    Rule                  $log ${var.expression} chosen.$TAG true",
    "    Emitter_Name          chosen",
    "    Emitter_Mem_Buf_Limit 10M",
    "    Emitter_Storage.type  filesystem",
    local.parser,
    "[OUTPUT]",
    "    Name              cloudwatch_logs",
    "    Match             chosen.*",
    "    region            ${var.region}",
    "    log_group_name    ${var.log_group_name}",
    "    log_stream_prefix ${var.stream_prefix}",
    "    log_key           log",
    "    Retry_Limit       5",
    "    storage.total_limit_size 500M",
    "",
    "[OUTPUT]",
    "    Name                 s3",
    "    Match_Regex          ^[^.]+$",
    "    region               ${var.region}",
    "    bucket               ${var.bucket}",
    "    s3_key_format        /${var.prefix}year=%Y/month=%m/day=%d/hour=%H/$TAG-$UUID.gz",
    "    compression          gzip",
    "    use_put_object       On",
    "    total_file_size      10M",
    "    upload_timeout       5m",
    "    store_dir            ${var.buffer}",
    "    store_dir_limit_size 1G",
    "    ${local.form}",
    local.search,
  ])
}
