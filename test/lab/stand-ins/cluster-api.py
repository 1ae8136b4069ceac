#!/usr/bin/env python3
"""Stand-in for the API server of a k3s cluster, for playscript's lab. It is not Kubernetes.

It keeps the wire format of what the playbook asks through a real kubectl: HTTPS on 127.0.0.1:6443, a client
certificate of the cluster's CA or 401, the two service account discovery documents, the health and version paths,
API discovery, and a few kinds of objects with server-side apply, patch, dry run, watch, logs and bound tokens.
As k3s does, it writes the administrator's kubeconfig (root, 0600) when it starts.
"""

import base64
import json
import os
import shutil
import ssl
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from cluster_jobs import control
from cluster_objects import RESOURCES, SUBRESOURCES, Refusal, Store, merge

HOME = "/var/lib/rancher/k3s/server"
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
PAGES = {
    "/.well-known/openid-configuration": ("openid-configuration.json", "application/json"),
    "/openid/v1/jwks": ("jwks.json", "application/jwk-set+json"),
    "/version": ("version.json", "application/json"),
}
VERSIONS = sorted({version for version, _, _ in RESOURCES.values()})
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def status(code, reason, message):
    """An answer as api-machinery writes it: kind Status."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code}


def root_of(version):
    return "/api/v1" if version == "v1" else f"/apis/{version}"


def discovery(path):
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups = [(version.split("/")[0], version) for version in VERSIONS if "/" in version]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
            {"name": group, "versions": [{"groupVersion": version, "version": version.split("/")[1]}],
             "preferredVersion": {"groupVersion": version, "version": version.split("/")[1]}}
            for group, version in groups]}
    if path == "/openapi/v3":
        return {"paths": {root_of(version)[1:]: {"serverRelativeURL": f"/openapi/v3{root_of(version)}"}
                          for version in VERSIONS}}
    for version in VERSIONS:
        if path == root_of(version):
            main = [{"name": plural, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind,
                     "verbs": VERBS} for plural, (own, kind, namespaced) in RESOURCES.items() if own == version]
            sub = [{"name": name, "singularName": "", "namespaced": True, "verbs": ["create", "get", "patch"],
                    "kind": RESOURCES[name.split("/")[0]][1]} for name in SUBRESOURCES
                   if RESOURCES[name.split("/")[0]][0] == version]
            return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": main + sub}
        if path == f"/openapi/v3{root_of(version)}":
            return openapi(version)
    return None


def openapi(version):
    """Just enough for kubectl to learn that the server validates fields and tries dry runs itself."""
    group, _, number = version.rpartition("/")
    query = [{"name": name, "in": "query"} for name in ("dryRun", "fieldValidation", "fieldManager", "force")]
    return {"openapi": "3.0.0", "info": {"title": "stand-in", "version": "v0"}, "paths": {
        f"{root_of(version)}/namespaces/{{namespace}}/{plural}/{{name}}": {"patch": {
            "parameters": query, "responses": {},
            "x-kubernetes-group-version-kind": {"group": group, "version": number, "kind": kind}}}
        for plural, (own, kind, _) in RESOURCES.items() if own == version}}


def coded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_token(namespace, name, account, request):
    """A token as TokenRequest makes it: RS256, bound to the service account and, if asked for, to its Pod."""
    with open(f"{HOME}/openid-configuration.json") as text:
        issuer = json.load(text)["issuer"]
    with open(f"{HOME}/jwks.json") as text:
        kid = json.load(text)["keys"][0]["kid"]
    with open(f"{HOME}/tls/service.key", "rb") as pem:
        key = serialization.load_pem_private_key(pem.read(), None)
    spec, begin = request.get("spec", {}), int(time.time())
    end = begin + int(spec.get("expirationSeconds") or 3600)
    bound = {"namespace": namespace, "serviceaccount": {"name": name, "uid": account["metadata"]["uid"]}}
    if (reference := spec.get("boundObjectRef")) is not None:
        bound[reference["kind"].lower()] = {"name": reference["name"], "uid": reference.get("uid", "")}
    claims = {"aud": spec.get("audiences") or [issuer], "exp": end, "iat": begin, "iss": issuer, "nbf": begin,
              "kubernetes.io": bound, "sub": f"system:serviceaccount:{namespace}:{name}"}
    head = coded(json.dumps({"alg": "RS256", "kid": kid}).encode())
    text = f"{head}.{coded(json.dumps(claims).encode())}"
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))
    return {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec,
            "status": {"token": f"{text}.{coded(signature)}", "expirationTimestamp": stamp}}


def fields(data):
    """The fields of a protobuf message, by number: bytes or integers, a list for each."""
    found, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            value = varint()
        else:
            size = varint()
            value, at = data[at:at + size], at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def token_request(body):
    """kubectl sends this one request as protobuf: magic, then an envelope whose second field is the object."""
    spec = fields(fields(fields(body[4:])[2][0]).get(2, [b""])[0])
    request = {"audiences": [name.decode() for name in spec.get(1, [])],
               "expirationSeconds": spec.get(4, [0])[0]}
    if 3 in spec:
        bound = {number: values[0].decode() for number, values in fields(spec[3][0]).items()}
        request["boundObjectRef"] = {"kind": bound.get(1), "name": bound.get(3), "uid": bound.get(4, "")}
    return {"spec": request}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def reply(self, code, body, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if not self.connection.getpeercert():
                raise Refusal(401, "Unauthorized", "Unauthorized")
            self.answer(url.path, query, body)
        except Refusal as refusal:
            self.reply(refusal.code, status(refusal.code, refusal.reason, str(refusal)))
        except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
            traceback.print_exc()
            self.reply(400, status(400, "BadRequest", f"the stand-in does not understand that: {error!r}"))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def answer(self, path, query, body):
        if path in ("/healthz", "/livez", "/readyz"):
            return self.reply(200, b"ok", "text/plain; charset=utf-8")
        if path in PAGES:
            name, kind = PAGES[path]
            # Read at each request, so that a rotated key shows at once.
            with open(os.path.join(HOME, name), "rb") as file:
                return self.reply(200, file.read(), kind)
        if (found := discovery(path)) is not None:
            return self.reply(200, found)
        place = locate(path)
        if place is None:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        plural, namespace, name, sub = place
        if sub == "log":
            return self.reply(200, read_log(namespace, name, query), "text/plain")
        if name is None and query.get("watch") in ("true", "1"):
            return self.watch(plural, namespace, selectors(query), int(query.get("timeoutSeconds", "30")))
        return self.reply(*self.change(plural, namespace, name, sub, query, body))

    def change(self, plural, namespace, name, sub, query, body):
        dry, manager = query.get("dryRun") == "All", query.get("fieldManager", "unknown")
        kind = self.headers.get("Content-Type", "")
        if body.startswith(b"k8s\0"):
            sent = token_request(body)
        else:
            sent = yaml.safe_load(body) if body else {}
        if self.command == "GET":
            if name is None:
                return 200, listing(plural, namespace, selectors(query))
            return 200, store.get(plural, namespace, name)
        if self.command == "DELETE":
            cascade = sent.get("propagationPolicy") != "Orphan"
            return 200, store.delete(plural, namespace, name, cascade, dry)
        if sub == "token":
            account = store.get(plural, namespace, name)
            return 201, make_token(namespace, name, account, sent)
        if sub == "binding":
            pod = store.get(plural, namespace, name)
            store.write(plural, namespace, name, merge(pod, {"spec": {"nodeName": sent["target"]["name"]}}), manager)
            return 201, {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        if self.command == "POST":
            name = sent["metadata"]["name"]
            if (plural, namespace, name) in store.objects:
                raise Refusal(409, "AlreadyExists", f'{plural} "{name}" already exists')
            return 201, store.write(plural, namespace, name, sent, manager, dry_run=dry)
        if self.command == "PATCH" and kind.startswith("application/apply-patch"):
            force = query.get("force") == "true"
            return 200, store.apply(plural, namespace, name, sent, manager, force, dry)
        current = store.get(plural, namespace, name)
        kept = {"status": current["status"]} if "status" in current else {}
        new = merge(current, sent) if self.command == "PATCH" else {**sent, **kept}
        return 200, store.write(plural, namespace, name, new, manager, dry_run=dry)

    def watch(self, plural, namespace, chosen, seconds):
        """Events by looking again and again: what is new, what has another version, what is gone."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        known, end = {}, time.monotonic() + min(seconds, 60)
        while time.monotonic() < end:
            items = {item["metadata"]["uid"]: item for item in listing(plural, namespace, chosen)["items"]}
            events = [("ADDED" if uid not in known else "MODIFIED", item) for uid, item in items.items()
                      if known.get(uid, {}).get("metadata") != item["metadata"]]
            events += [("DELETED", item) for uid, item in known.items() if uid not in items]
            for kind, item in events:
                line = json.dumps({"type": kind, "object": item}).encode() + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            known = items
            time.sleep(0.1)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, form, *words):
        print(form % words, flush=True)


def locate(path):
    """The resource that a path names: plural, namespace, name and subresource."""
    for version in VERSIONS:
        if not path.startswith(root_of(version) + "/"):
            continue
        words = path[len(root_of(version)) + 1:].split("/")
        namespace = ""
        if words[0] == "namespaces" and len(words) > 2 and words[2] in RESOURCES:
            namespace, words = words[1], words[2:]
        plural, name, sub = (words + [None, None])[:3]
        if plural in RESOURCES and RESOURCES[plural][0] == version:
            return plural, namespace, name, sub
    return None


def selectors(query):
    labels = dict(pair.split("=", 1) for pair in query.get("labelSelector", "").replace("==", "=").split(",") if pair)
    fields = dict(pair.split("=", 1) for pair in query.get("fieldSelector", "").split(",") if pair)
    return labels, fields.get("metadata.name")


def listing(plural, namespace, chosen):
    version, kind, _ = RESOURCES[plural]
    return {"kind": f"{kind}List", "apiVersion": version, "metadata": {"resourceVersion": str(store.version)},
            "items": store.list(plural, namespace, *chosen)}


def read_log(namespace, name, query):
    pod = store.get("pods", namespace, name)
    container = query.get("container") or pod["spec"]["containers"][0]["name"]
    file = f'/var/log/pods/{namespace}_{name}_{pod["metadata"]["uid"]}/{container}/0.log'
    if not os.path.exists(file):
        raise Refusal(400, "BadRequest", f'container "{container}" in pod "{name}" is waiting to start')
    with open(file, "rb") as log:
        text = log.read()
    tail = query.get("tailLines")
    return b"".join(text.splitlines(True)[-int(tail):]) if tail else text


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        # The handshake belongs to the connection's own thread: a silent client must not stop the others.
        request.settimeout(60)
        with context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request, client_address):
        print(f"connection ended early: {sys.exc_info()[1]!r}", flush=True)


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
    # As a database, it is written whenever the cluster likes: outside of the folders that tests compare.
    store = Store("/var/spool/cluster-objects.json")
    server = Server(("127.0.0.1", 6443), Handler)
    threading.Thread(target=control, args=(store,), daemon=True).start()
    write_kubeconfig()
    notify(b"READY=1")
    server.serve_forever()
