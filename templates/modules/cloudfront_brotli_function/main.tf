# Has CloudFront compress with Brotli what API Gateway would compress with gzip: it takes a compressed answer as it is, and
# compresses another itself. API Gateway knows no Brotli, so it leaves alone what is asked for in Brotli only. Who accepts
# gzip alone still gets that.
# AWS: "Receive an API response with a compressed payload", API Gateway Developer Guide; "Serve compressed files", Amazon
# CloudFront Developer Guide.

resource "aws_cloudfront_function" "this" {
  name    = var.name
  comment = "Asks for Brotli alone where the viewer accepts it"
  runtime = "cloudfront-js-2.0"
  publish = true

  code = <<-JAVASCRIPT
    function handler(event) {
      var request = event.request;
      var accepted = request.headers['accept-encoding'];
      if (accepted && /(^|,)\s*br\s*(,|$|;\s*q=(1|0\.0*[1-9]))/i.test(accepted.value)) {
        accepted.value = 'br';
      }
      return request;
    }
  JAVASCRIPT
}
