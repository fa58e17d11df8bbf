module "@{own.events.label}" {
  source = "../modules/s3_bucket_events"

  bucket = "@{own.bucket.name}"
}
