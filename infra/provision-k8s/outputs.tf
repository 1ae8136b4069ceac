output "public_ip" {
  value = hcloud_primary_ip.this["ipv4"].ip_address
}

output "public_ipv6" {
  value = hcloud_primary_ip.this["ipv6"].ip_address
}

output "ssh_private_key" {
  value     = tls_private_key.login.private_key_openssh
  sensitive = true
}

output "ssh_host_public_key" {
  description = "What the server must show at the first connection"
  value       = local.host_public_key
}

output "oidc_provider_url" {
  description = "Host name of the identity provider, without the scheme"
  value       = local.domain_name
}

output "ansible_inventory_yaml" {
  value = yamlencode({
    k8s = {
      hosts = {
        (var.stack_name) = {
          ansible_host                        = hcloud_primary_ip.this["ipv4"].ip_address
          ansible_user                        = var.username
          ansible_ssh_private_key_file        = "~/.ssh/k3s-cluster"
          ansible_ssh_host_key_ed25519_public = local.host_public_key
        }
      }
    }
  })
}

output "ansible_vars" {
  value = yamlencode({
    domain_name = local.domain_name
  })
}
