data "terraform_remote_state" "k8s" {
  backend = "local"

  config = {
    path = var.state_file
  }
}

locals {
  issuer_host = data.terraform_remote_state.k8s.outputs.oidc_provider_url
}

# The chain as served, the certificate authority at its top first.
data "tls_certificate" "this" {
  count = var.pin_ca ? 1 : 0
  url   = "https://${local.issuer_host}"
}

resource "aws_iam_openid_connect_provider" "this" {
  url             = "https://${local.issuer_host}"
  client_id_list  = [var.audience]
  thumbprint_list = var.pin_ca ? [data.tls_certificate.this[0].certificates[0].sha1_fingerprint] : null
}
