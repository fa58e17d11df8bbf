output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.public : zone => subnet.id }
}

output "public_subnet_list" {
  description = "Ids of the public subnets, in the order of their availability zones."
  value       = [for subnet in aws_subnet.public : subnet.id]

  # A task that starts before has an address and no way out.
  depends_on = [aws_route.public_internet, aws_route_table_association.public]
}

output "app_subnet_list" {
  description = "Ids of the tasks' subnets, in the order of their availability zones."
  value       = [for subnet in aws_subnet.app : subnet.id]
}

output "app_route_table_ids" {
  description = "Ids of the app tier's route tables, by availability zone."
  value       = { for zone, table in aws_route_table.app : zone => table.id }
}

output "data_subnet_list" {
  description = "Ids of the databases' subnets, in the order of their availability zones."
  value       = [for subnet in aws_subnet.data : subnet.id]
}
