output "id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

# {% if variant.internet_gateway %}
output "internet_gateway_vpc_id" {
  description = "Id of the VPC, once its internet gateway is attached."
  value       = aws_internet_gateway.this["internet"].vpc_id
}

# {% endif %}
output "public_subnet_ids" {
  description = "Ids of the public subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.public : zone => subnet.id }

  # AWS makes no NAT gateway in a VPC without an internet gateway (provider documentation, aws_nat_gateway).
  depends_on = [aws_route.public_internet]
}

output "public_subnet_list" {
  description = "Ids of the public subnets, in the order of their zones."
  value       = [for subnet in aws_subnet.public : subnet.id]

  # AWS makes no load balancer on the internet, and gives no host an address, where there is no internet gateway.
  depends_on = [aws_route.public_internet]
}

output "app_subnet_ids" {
  description = "Ids of the private subnets of tasks, by availability zone."
  value       = { for zone, subnet in aws_subnet.app : zone => subnet.id }
}

output "app_subnet_list" {
  description = "Ids of the private subnets of tasks, in the order of their zones."
  value       = [for subnet in aws_subnet.app : subnet.id]
}

output "data_subnet_ids" {
  description = "Ids of the databases' subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.data : zone => subnet.id }
}

output "data_subnet_list" {
  description = "Ids of the databases' subnets, in the order of their zones."
  value       = [for subnet in aws_subnet.data : subnet.id]
}

output "app_route_table_ids" {
  description = "Ids of the app tier's route tables, by availability zone."
  value       = { for zone, table in aws_route_table.app : zone => table.id }
}
