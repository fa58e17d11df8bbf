variable "token" {
  type      = string
  sensitive = true
  default   = "FAKE-SECRET-TOKEN"
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue" "arrivals" {
  name = "arrivals"
}

resource "aws_sqs_queue_policy" "arrivals" {
  queue_url = aws_sqs_queue.arrivals.url
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Principal = "*", Resource = aws_sqs_queue.arrivals.arn }]
  })
}

module "api" {
  source = "./modules/service"

  name = "api"
  environment = {
    ARRIVALS_FORM = "${aws_sqs_queue.arrivals.url}?form=short"
    ARRIVALS_URL  = aws_sqs_queue.arrivals.url
    LOG_LEVEL     = "debug"
    MINUTES       = 15
    ORDERS_URL    = aws_sqs_queue.orders.url
  }
  queues = [aws_sqs_queue.arrivals.arn, aws_sqs_queue.orders.arn]
}

# What is sensitive in a document makes all of it so.
module "mailer" {
  source = "./modules/service"

  name        = "mailer"
  environment = { ARRIVALS_URL = aws_sqs_queue.arrivals.url, LOG_LEVEL = "trace", TOKEN = var.token }
  queues      = [aws_sqs_queue.orders.arn]
}

# What is in it depends on what is not known yet.
module "batch" {
  source = "./modules/service"

  name        = "batch"
  environment = length(aws_sqs_queue.arrivals.url) > 40 ? { LOG_LEVEL = "trace" } : {}
  queues      = [aws_sqs_queue.orders.arn]
}
