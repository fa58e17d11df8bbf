# The events of a trail as a table, whose regions and days Athena works out by itself.
#
# AWS: "Create the table for CloudTrail logs in Athena using partition projection", Amazon Athena User Guide.

locals {
  issuer   = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>"
  session  = "struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:${local.issuer},ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>"
  identity = "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:${local.session}>"

  columns = [
    ["eventversion", "string"],
    ["useridentity", local.identity],
    ["eventtime", "string"],
    ["eventsource", "string"],
    ["eventname", "string"],
    ["awsregion", "string"],
    ["sourceipaddress", "string"],
    ["useragent", "string"],
    ["errorcode", "string"],
    ["errormessage", "string"],
    ["requestparameters", "string"],
    ["responseelements", "string"],
    ["additionaleventdata", "string"],
    ["requestid", "string"],
    ["eventid", "string"],
    ["readonly", "string"],
    ["resources", "array<struct<arn:string,accountid:string,type:string>>"],
    ["eventtype", "string"],
    ["apiversion", "string"],
    ["recipientaccountid", "string"],
    ["serviceeventdetails", "string"],
    ["sharedeventid", "string"],
    ["vpcendpointid", "string"],
    ["vpcendpointaccountid", "string"],
    ["eventcategory", "string"],
    ["addendum", "struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>"],
    ["sessioncredentialfromconsole", "string"],
    ["edgedevicedetails", "string"],
    ["tlsdetails", "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>"],
  ]
}

resource "aws_glue_catalog_table" "this" {
  name          = var.name
  database_name = var.database_name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    "EXTERNAL"                     = "TRUE"
    "projection.enabled"           = "true"
    "projection.region.type"       = "enum"
    "projection.region.values"     = join(",", var.regions)
    "projection.day.type"          = "date"
    "projection.day.format"        = "yyyy/MM/dd"
    "projection.day.range"         = "NOW-${var.days}DAYS,NOW"
    "projection.day.interval"      = "1"
    "projection.day.interval.unit" = "DAYS"
    "storage.location.template"    = "${var.location}/$${region}/$${day}"
  }

  partition_keys {
    name = "region"
    type = "string"
  }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location      = "${var.location}/"
    input_format  = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    dynamic "columns" {
      for_each = local.columns

      content {
        name = columns.value[0]
        type = columns.value[1]
      }
    }

    ser_de_info {
      serialization_library = "org.apache.hive.hcatalog.data.JsonSerDe"

      parameters = {
        "serialization.format" = "1"
      }
    }
  }
}
