resource "aws_route53_zone" "internal" {
  name    = "internal.example.test"
  comment = "before the move"

  vpc { vpc_id = "vpc-0a1b2c3d" }

  vpc {
    vpc_id     = "vpc-0d3c2b1a"
    vpc_region = "eu-west-1"
  }
}

resource "aws_route53_record" "api" {
  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = "api.example.test"
  type    = "A"

  alias {
    name                   = "green-1234567890.us-east-1.elb.amazonaws.com"
    zone_id                = "Z35SXDOTRQ7X7K"
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "canary" {
  zone_id        = "Z0123456789ABCDEFGHIJ"
  name           = "shop.example.test"
  type           = "A"
  set_identifier = "green"

  weighted_routing_policy { weight = 50 }

  alias {
    name                   = "green-1234567890.us-east-1.elb.amazonaws.com"
    zone_id                = "Z35SXDOTRQ7X7K"
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "mail" {
  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = "example.test"
  type    = "MX"
  ttl     = 300
  records = ["10 mx1.mail.example.test", "20 mx3.mail.example.test"]
}

resource "aws_route53_record" "spf" {
  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = "example.test"
  type    = "TXT"
  ttl     = 300
  records = ["v=spf1 include:_spf.example.test -all", "verify=abc"]
}

resource "aws_route53_record" "standby" {
  zone_id         = "Z9876543210ABCDEFGHIJ"
  name            = "pay.example.test"
  type            = "CNAME"
  ttl             = 60
  records         = ["pay-standby.example.test"]
  set_identifier  = "standby"
  health_check_id = "11111111-2222-3333-4444-555555555555"

  failover_routing_policy { type = "PRIMARY" }
}

resource "aws_route53_record" "near" {
  zone_id        = "Z0123456789ABCDEFGHIJ"
  name           = "cdn.example.test"
  type           = "CNAME"
  ttl            = 60
  records        = ["eu.cdn.example.test"]
  set_identifier = "eu-central"

  latency_routing_policy { region = "eu-central-1" }
}

resource "aws_route53_record" "country" {
  zone_id        = "Z0123456789ABCDEFGHIJ"
  name           = "www.example.test"
  type           = "CNAME"
  ttl            = 60
  records        = ["de.example.test"]
  set_identifier = "german"

  geolocation_routing_policy { continent = "EU" }
}

resource "aws_route53_record" "office" {
  zone_id        = "Z0123456789ABCDEFGHIJ"
  name           = "vpn.example.test"
  type           = "CNAME"
  ttl            = 60
  records        = ["office.example.test"]
  set_identifier = "office"

  cidr_routing_policy {
    collection_id = "c8c02a84-aaaa-bbbb-e0d2-d833a2f80106"
    location_name = "office"
  }
}

resource "aws_route53_record" "close" {
  zone_id        = "Z0123456789ABCDEFGHIJ"
  name           = "edge.example.test"
  type           = "CNAME"
  ttl            = 60
  records        = ["edge-1.example.test"]
  set_identifier = "edge-1"

  geoproximity_routing_policy {
    bias = 20

    coordinates {
      latitude  = "49.22"
      longitude = "-74.01"
    }
  }
}

resource "aws_route53_record" "new" {
  zone_id         = aws_route53_zone.internal.zone_id
  name            = "*.internal.example.test"
  type            = "A"
  allow_overwrite = true

  alias {
    name                   = "green-1234567890.us-east-1.elb.amazonaws.com"
    zone_id                = "Z35SXDOTRQ7X7K"
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "multi" {
  zone_id                          = aws_route53_zone.public.zone_id
  name                             = "multi.example.test"
  type                             = "A"
  ttl                              = 60
  records                          = ["192.0.2.10", "192.0.2.11"]
  set_identifier                   = "one"
  multivalue_answer_routing_policy = true
}

resource "aws_route53_zone" "public" {
  name          = "public.example.test"
  force_destroy = true
}
