output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.public : zone => subnet.id }
}

output "app_subnet_ids" {
  description = "Ids of the tasks' subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.app : zone => subnet.id }
}

output "data_subnet_ids" {
  description = "Ids of the databases' subnets, by availability zone."
  value       = { for zone, subnet in aws_subnet.data : zone => subnet.id }
}

output "app_route_table_ids" {
  description = "Ids of the app tier's route tables, by availability zone."
  value       = { for zone, table in aws_route_table.app : zone => table.id }
}

output "data_route_table_id" {
  description = "Id of the data tier's route table."
  value       = aws_route_table.data.id
}

output "public_route_table_id" {
  description = "Id of the public tier's route table."
  value       = aws_route_table.public.id
}
