# Answers paths that name no file with one page: an application that routes in the browser shows what belongs there. An
# error page of the distribution would do the same to the errors of all its other origins.

resource "aws_cloudfront_function" "this" {
  name    = var.name
  comment = "Answers paths without a file's ending with /${var.page}"
  runtime = "cloudfront-js-2.0"
  publish = true

  code = <<-JAVASCRIPT
    function handler(event) {
      var request = event.request;
      if (request.uri.split('/').pop().indexOf('.') === -1) {
        request.uri = '/${var.page}';
      }
      return request;
    }
  JAVASCRIPT
}
