#!/usr/bin/env python3
"""Stand-in for the API server of a k3s cluster, for playscript's lab. It is not Kubernetes.

It keeps the wire format of what the playbook asks: HTTPS on 127.0.0.1:6443, a client certificate of the
cluster's CA or 401, the two service account discovery documents, and the health and version paths.
As k3s does, it writes the administrator's kubeconfig (root, 0600) when it starts.
"""

import json
import os
import shutil
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOME = "/var/lib/rancher/k3s/server"
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
PAGES = {
    "/.well-known/openid-configuration": ("openid-configuration.json", "application/json"),
    "/openid/v1/jwks": ("jwks.json", "application/jwk-set+json"),
    "/version": ("version.json", "application/json"),
}


def status(code, reason, message):
    """An error body as api-machinery writes it: kind Status."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code}
    return code, "application/json", json.dumps(body).encode() + b"\n"


def answer(path, client):
    if not client:
        return status(401, "Unauthorized", "Unauthorized")
    if path in ("/healthz", "/livez", "/readyz"):
        return 200, "text/plain; charset=utf-8", b"ok"
    if path not in PAGES:
        return status(404, "NotFound", "the server could not find the requested resource")
    name, kind = PAGES[path]
    # Read at each request, so that a rotated key shows at once.
    with open(os.path.join(HOME, name), "rb") as file:
        return 200, kind, file.read()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self):
        path = self.path.split("?", 1)[0]
        code, kind, body = answer(path, self.connection.getpeercert())
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *words):
        print(form % words, flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        # The handshake belongs to the connection's own thread: a silent client must not stop the others.
        request.settimeout(30)
        with context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request, client_address):
        print("connection ended early", flush=True)


def write_kubeconfig():
    os.makedirs(os.path.dirname(KUBECONFIG), exist_ok=True)
    new = KUBECONFIG + ".new"
    shutil.copyfile(os.path.join(HOME, "admin.kubeconfig"), new)
    os.chmod(new, 0o600)
    os.replace(new, KUBECONFIG)


def notify(message):
    """sd_notify(3): a datagram to systemd's socket."""
    import socket
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(message, address.replace("@", "\0", 1) if address[0] == "@" else address)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{HOME}/tls/serving.crt", f"{HOME}/tls/serving.key")
context.load_verify_locations(f"{HOME}/tls/client-ca.crt")
context.verify_mode = ssl.CERT_OPTIONAL

if __name__ == "__main__":
    os.umask(0o077)
    server = Server(("127.0.0.1", 6443), Handler)
    write_kubeconfig()
    notify(b"READY=1")
    server.serve_forever()
