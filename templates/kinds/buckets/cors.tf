module "@{own.cors.label}" {
  source = "../modules/s3_bucket_cors"

  bucket  = "@{own.bucket.name}"
  origins = "@{bucket.cors.origins}"
  methods = "@{bucket.cors.methods}"
  headers = "@{bucket.cors.headers}"
  expose  = "@{bucket.cors.expose}"
  max_age = "@{bucket.cors.max_age}"
}
