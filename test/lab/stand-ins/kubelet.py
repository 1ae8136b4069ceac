#!/usr/bin/env python3
"""Stand-in for the kubelet, for playscript's lab: runs each Pod's container as a process of this host. It is no kubelet.

An image is one of a few names that stand for this host's own programs. The process gets a root folder of its own (an
overlay of the host's), the environment of the container and nothing else, and the Pod's volumes: projected tokens
that the API server makes, secrets, claims (folders of this host that stay), and empty folders. It works against the API stand-in and the real API server.
"""

import base64
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TLS = "/var/lib/rancher/k3s/server/tls"
LOGS = "/var/log/pods"
CLAIMS = "/var/lib/kubelet/claims"
NODE = os.uname().nodename
# What an image's name stands for: the program that the image starts.
IMAGES = {"amazon/aws-cli": ["aws"], "busybox": ["sh"], "registry.example.com/playbook": ["node"]}
# Runs in a mount namespace of its own: $1 new root, then triples of empty, ro or rw, a folder to mount, and where, `--`, the command.
ENTER = r"""
set -e
root=$1 readonly=$2 dir=$3; shift 3
mount -t tmpfs container "$root"
mkdir "$root/upper" "$root/work" "$root/root"
mount -t overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" container "$root/root"
root=$root/root
mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"
mount -t tmpfs run "$root/run"; mount -t tmpfs tmp "$root/tmp"
while [ "$1" != -- ]; do
  /usr/sbin/chroot "$root" mkdir -p "$3"
  # Links such as /var/run lead somewhere inside the new root, not here.
  place=$root$(/usr/sbin/chroot "$root" readlink -f "$3")
  if [ "$1" = empty ]; then mount -t tmpfs empty "$place"; else mount --bind -o "$1" "$2" "$place"; fi
  shift 3
done
shift
[ "$readonly" = no ] || mount -o remount,bind,ro "$root"
cd "$root"
exec /usr/sbin/chroot . sh -c 'cd "$0" && exec "$@"' "$dir" "$@"
"""


class Problem(Exception):
    pass


def call(method, path, body=None, kind="application/json"):
    connection = HTTPSConnection("127.0.0.1", 6443, context=client, timeout=30)
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": kind, "Accept": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 400:
        raise Problem(f"{method} {path}: {answer.status} {text.decode(errors='replace').strip()}")
    return json.loads(text)


def path_of(pod, rest=""):
    meta = pod["metadata"]
    return f'/api/v1/namespaces/{meta["namespace"]}/pods/{meta["name"]}{rest}'


def report(pod, status):
    call("PATCH", path_of(pod, "/status"), {"status": status}, "application/merge-patch+json")


def token_for(pod, source):
    meta = pod["metadata"]
    bound = {"kind": "Pod", "apiVersion": "v1", "name": meta["name"], "uid": meta["uid"]}
    spec = {"expirationSeconds": source.get("expirationSeconds", 3600), "boundObjectRef": bound,
            "audiences": [source["audience"]] if source.get("audience") else []}
    account = pod["spec"].get("serviceAccountName", "default")
    made = call("POST", f'/api/v1/namespaces/{meta["namespace"]}/serviceaccounts/{account}/token',
                {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec})
    return made["status"]["token"].encode()


def files_of(pod, volume):
    """The files of a volume, by name; None for an empty folder."""
    if "emptyDir" in volume:
        return None
    if "secret" in volume:
        secret = call("GET", f'/api/v1/namespaces/{pod["metadata"]["namespace"]}/secrets/'
                             f'{volume["secret"]["secretName"]}')
        return {name: base64.b64decode(value) for name, value in secret.get("data", {}).items()}
    if "projected" not in volume:
        raise Problem(f'the volume {volume["name"]} is of a kind that the lab does not have')
    return {source["serviceAccountToken"]["path"]: token_for(pod, source["serviceAccountToken"])
            for source in volume["projected"]["sources"] if "serviceAccountToken" in source}


def make_volumes(pod, folder):
    """How to mount each volume, by name: empty, ro or rw, and the folder."""
    made = {}
    for volume in pod["spec"].get("volumes", []):
        place = os.path.join(folder, volume["name"])
        if "persistentVolumeClaim" in volume:
            place = os.path.join(CLAIMS, pod["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"])
            os.makedirs(place, exist_ok=True)
            made[volume["name"]] = "rw", place
            continue
        files = files_of(pod, volume)
        made[volume["name"]] = "empty" if files is None else "ro", place
        if files is not None:
            os.mkdir(place)
        for name, content in (files or {}).items():
            with open(os.path.join(place, name), "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), volume.get("secret", {}).get("defaultMode", 0o644))
    return made


def value_of(pod, one):
    """The value of a variable of the environment: its text, or a field of the Pod."""
    path = one.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
    if path is None:
        return one.get("value", "")
    found = re.fullmatch(r"metadata\.(?:(name|namespace|uid)|(labels|annotations)\['([^']+)'\])", path)
    if found is None:
        raise Problem(f"the lab does not know the field {path}")
    field, group, key = found.groups()
    return pod["metadata"][field] if field else pod["metadata"].get(group, {}).get(key, "")


def start(pod, folder):
    container = pod["spec"]["containers"][0]
    name = container["image"].split("@")[0].rsplit(":", 1)[0]
    if name not in IMAGES:
        raise Problem(f'the lab has no image "{container["image"]}"; it has {", ".join(sorted(IMAGES))}')
    volumes = make_volumes(pod, folder)
    mounts = [word for mount in container.get("volumeMounts", [])
              for word in (*volumes[mount["name"]], mount["mountPath"])]
    words = container.get("command", IMAGES[name]) + container.get("args", [])
    readonly = container.get("securityContext", {}).get("readOnlyRootFilesystem", False)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", "HOSTNAME": pod["metadata"]["name"]}
    environment |= {one["name"]: value_of(pod, one) for one in container.get("env", [])}
    root = os.path.join(folder, "root")
    os.mkdir(root)
    logs = f'{LOGS}/{pod["metadata"]["namespace"]}_{pod["metadata"]["name"]}_{pod["metadata"]["uid"]}'
    os.makedirs(f'{logs}/{container["name"]}', exist_ok=True)
    with open(f'{logs}/{container["name"]}/0.log', "wb") as log:
        return subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh", root,
             "yes" if readonly else "no", container.get("workingDir", "/"), *mounts, "--", *words],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)


def state_of(pod, phase, state, ready=False):
    container = pod["spec"]["containers"][0]
    return {"phase": phase, "containerStatuses": [{
        "name": container["name"], "image": container["image"], "imageID": "", "ready": ready,
        "restartCount": 0, "state": state}]}


def run_pod(pod):
    with tempfile.TemporaryDirectory(prefix="pod-", dir="/run") as folder:
        try:
            process = running[pod["metadata"]["uid"]] = start(pod, folder)
            report(pod, state_of(pod, "Running", {"running": {}}, ready=True))
            code = process.wait()
            reason = "Completed" if code == 0 else "Error"
            report(pod, state_of(pod, "Succeeded" if code == 0 else "Failed",
                                 {"terminated": {"exitCode": code, "reason": reason}}))
        except Problem as problem:
            if pod["metadata"]["uid"] in running:
                return  # The Pod is gone; nobody waits for its state.
            print(problem, flush=True)
            waiting = {"reason": "CreateContainerError", "message": str(problem)}
            try:
                report(pod, state_of(pod, "Pending", {"waiting": waiting}))
            except Problem:
                pass  # The Pod is gone.


def end(uid):
    """Ends what a Pod still runs. The folder and the mounts go with the last process."""
    process = running.get(uid)
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def reap(pods):
    """Ends Pods that are to go or are gone; the API server keeps the former until their kubelet lets go of them."""
    leaving = [pod for pod in pods if pod["metadata"].get("deletionTimestamp")]
    there = {pod["metadata"]["uid"] for pod in pods}
    for uid in [pod["metadata"]["uid"] for pod in leaving] + [uid for uid in running if uid not in there]:
        end(uid)
    for pod in leaving:
        call("DELETE", path_of(pod), {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0})


def bind(pod):
    target = {"apiVersion": "v1", "kind": "Node", "name": NODE}
    call("POST", path_of(pod, "/binding"), {
        "apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]}, "target": target})


def register():
    """The node, with the address at which the API server asks for logs."""
    try:
        call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}})
    except Problem as problem:
        if " 409 " not in str(problem):
            raise
    addresses = [{"type": "InternalIP", "address": "127.0.0.1"}, {"type": "Hostname", "address": NODE}]
    status = {"addresses": addresses, "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
              "conditions": [{"type": "Ready", "status": "True", "reason": "StandIn"}]}
    call("PATCH", f"/api/v1/nodes/{NODE}/status", {"status": status}, "application/merge-patch+json")


class LogHandler(BaseHTTPRequestHandler):
    """/containerLogs/<namespace>/<pod>/<container>, for whoever has a certificate of the cluster."""

    def do_GET(self):
        words = self.path.split("?")[0].split("/")
        found = None
        if self.connection.getpeercert() and len(words) == 5 and words[1] == "containerLogs":
            folders = [name for name in os.listdir(LOGS) if name.startswith(f"{words[2]}_{words[3]}_")]
            found = f"{LOGS}/{folders[0]}/{words[4]}/0.log" if folders else None
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        if found:
            with open(found, "rb") as log:
                shutil.copyfileobj(log, self.wfile)


def serve_logs():
    server = ThreadingHTTPServer(("127.0.0.1", 10250), LogHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{TLS}/serving.crt", f"{TLS}/serving.key")
    context.load_verify_locations(f"{TLS}/client-ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


running = {}
client = ssl.create_default_context(cafile=f"{TLS}/server-ca.crt")
client.load_cert_chain(f"{TLS}/client-admin.crt", f"{TLS}/client-admin.key")

if __name__ == "__main__":
    os.makedirs(LOGS, exist_ok=True)
    threading.Thread(target=serve_logs, daemon=True).start()
    seen, registered = set(), False
    while True:
        try:
            if not registered:
                register()
                registered = True
            pods = call("GET", "/api/v1/pods")["items"]
            reap(pods)
            for pod in pods:
                uid = pod["metadata"]["uid"]
                phase = pod.get("status", {}).get("phase", "Pending")
                if uid in seen or phase != "Pending" or pod["metadata"].get("deletionTimestamp"):
                    continue
                seen.add(uid)
                if not pod["spec"].get("nodeName"):
                    bind(pod)
                threading.Thread(target=run_pod, args=(pod,), daemon=True).start()
        except (OSError, Problem) as problem:
            print(problem, flush=True)
        time.sleep(0.3)
