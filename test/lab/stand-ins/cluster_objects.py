"""Objects of the cluster API stand-in: what is stored, and what applying, patching and replacing makes of it."""

import copy
import datetime
import json
import os
import threading
import uuid

# plural -> (group and version, kind, namespaced)
RESOURCES = {
    "configmaps": ("v1", "ConfigMap", True),
    "namespaces": ("v1", "Namespace", False),
    "nodes": ("v1", "Node", False),
    "persistentvolumeclaims": ("v1", "PersistentVolumeClaim", True),
    "pods": ("v1", "Pod", True),
    "secrets": ("v1", "Secret", True),
    "serviceaccounts": ("v1", "ServiceAccount", True),
    "deployments": ("apps/v1", "Deployment", True),
    "jobs": ("batch/v1", "Job", True),
}
SUBRESOURCES = ("pods/binding", "pods/log", "pods/status", "jobs/status", "serviceaccounts/token")
LABEL = "batch.kubernetes.io/"


class Refusal(Exception):
    """What the API answers instead: an HTTP code, api-machinery's reason, and a message."""

    def __init__(self, code, reason, message):
        super().__init__(message)
        self.code, self.reason = code, reason


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def title(plural, name):
    group = RESOURCES[plural][0].rpartition("/")[0]
    return f'{plural}{"." + group if group else ""} "{name}"'


def merge(base, patch):
    """RFC 7396, lists of named things apart: those are merged by name, as Kubernetes merges containers."""
    if isinstance(patch, list) and isinstance(base, list) and named(patch) and named(base):
        known = {item["name"]: item for item in base}
        mine = [merge(known.get(item["name"]), item) for item in patch]
        return mine + [item for item in base if item["name"] not in {one["name"] for one in patch}]
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = copy.deepcopy(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def named(items):
    return bool(items) and all(isinstance(item, dict) and "name" in item for item in items)


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, path + (key,))
    elif isinstance(value, list) and named(value):
        for item in value:
            yield from leaves(item, path + (("name", item["name"]),))
    else:
        yield path, value


def remove(value, path):
    """Takes out what stands at a path, and what that leaves empty on the way."""
    key, rest = path[0], path[1:]
    if isinstance(key, tuple):
        index = next((at for at, item in enumerate(value) if item["name"] == key[1]), None)
        if index is None:
            return
        if len(rest) > 1 or (rest and rest[0] != "name"):
            remove(value[index], rest)
        else:
            del value[index]
    elif isinstance(value, dict) and key in value:
        if rest:
            remove(value[key], rest)
        if not rest or value[key] in ({}, []):
            del value[key]


class Store:
    def __init__(self, file):
        self.file, self.lock = file, threading.RLock()
        self.objects, self.owned, self.version = {}, {}, 0
        if os.path.exists(file):
            with open(file) as text:
                saved = json.load(text)
            self.version = saved["version"]
            self.objects = {tuple(key): value for key, value in saved["objects"]}
            self.owned = {tuple(key): value for key, value in saved["owned"]}
        for name in ("default", "kube-system"):
            if ("namespaces", "", name) not in self.objects:
                self.write("namespaces", "", name, {"metadata": {"name": name}}, "k3s")

    def save(self):
        with open(self.file + ".new", "w") as text:
            json.dump({"version": self.version, "objects": list(self.objects.items()),
                       "owned": list(self.owned.items())}, text)
        os.replace(self.file + ".new", self.file)

    def get(self, plural, namespace, name):
        with self.lock:
            if (plural, namespace, name) not in self.objects:
                raise Refusal(404, "NotFound", f"{title(plural, name)} not found")
            return self.objects[plural, namespace, name]

    def list(self, plural, namespace=None, labels=None, name=None):
        with self.lock:
            return [item for (kind, home, own), item in sorted(self.objects.items())
                    if kind == plural and namespace in (None, "", home) and name in (None, own)
                    and all(item["metadata"].get("labels", {}).get(key) == value
                            for key, value in (labels or {}).items())]

    def apply(self, plural, namespace, name, wanted, manager, force=False, dry_run=False):
        """Server-side apply: what this manager no longer names goes, what another one owns is a conflict."""
        with self.lock:
            key = (plural, namespace, name)
            current, owners = self.objects.get(key), self.owned.get(key, {})
            mine = {path for path, _ in map(tuple_path, owners.get(manager, []))}
            others = {tuple_path(leaf)[0]: other for other, paths in owners.items() if other != manager
                      for leaf in paths}
            fresh = dict(leaves(without_identity(wanted)))
            clashes = [path for path, value in fresh.items()
                       if path in others and dict(leaves(current)).get(path) != value]
            if clashes and not force:
                fields = ", ".join("." + ".".join(map(str, path)) for path in clashes)
                raise Refusal(409, "Conflict", f"Apply failed with {len(clashes)} conflict: "
                              f'conflict with "{others[clashes[0]]}": {fields}')
            result = copy.deepcopy(current) if current else {}
            for path in sorted(mine - set(fresh) - set(others), key=len, reverse=True):
                remove(result, path)
            return self.write(plural, namespace, name, merge(result, wanted), manager, fresh, dry_run)

    def write(self, plural, namespace, name, new, manager, owned=None, dry_run=False):
        """Stores an object whole, with the defaults and the checks of its kind."""
        with self.lock:
            version, kind, _ = RESOURCES[plural]
            key, current = (plural, namespace, name), self.objects.get((plural, namespace, name))
            if namespace and plural != "namespaces" and ("namespaces", "", namespace) not in self.objects:
                raise Refusal(404, "NotFound", f'namespaces "{namespace}" not found')
            new = {"apiVersion": version, "kind": kind, **copy.deepcopy(new)}
            new["apiVersion"], new["kind"] = version, kind
            meta = new.setdefault("metadata", {})
            old = (current or {}).get("metadata", {})
            meta.update(name=name, uid=old.get("uid") or str(uuid.uuid4()),
                        creationTimestamp=old.get("creationTimestamp") or now(),
                        **({"namespace": namespace} if namespace else {}))
            DEFAULTS.get(plural, lambda item, before: None)(new, current)
            if current and plain(new) == plain(current) and owned is None:
                return current
            if plural in ("jobs", "deployments"):
                same = bool(current) and new.get("spec") == current.get("spec")
                meta["generation"] = old.get("generation", 0) + (0 if same else 1)
            owners = {other: [leaf for leaf in paths if tuple_path(leaf)[0] not in (owned or {})]
                      for other, paths in self.owned.get(key, {}).items() if other != manager}
            owners[manager] = [[list(path), None] for path in (owned if owned is not None else {})] or \
                self.owned.get(key, {}).get(manager, [])
            meta["managedFields"] = [{"manager": who, "operation": "Apply", "apiVersion": version,
                                      "fieldsType": "FieldsV1", "fieldsV1": {}} for who in owners]
            if current and plain(new) == plain(current):
                meta["resourceVersion"] = old["resourceVersion"]
            else:
                meta["resourceVersion"] = str(self.version + 1)
            if not dry_run:
                if meta["resourceVersion"] != old.get("resourceVersion"):
                    self.version += 1
                self.objects[key], self.owned[key] = new, owners
                if plural == "namespaces" and not current:
                    account = {"metadata": {"name": "default"}}
                    self.write("serviceaccounts", name, "default", account, "k3s")
                self.save()
            return new

    def delete(self, plural, namespace, name, cascade=True, dry_run=False):
        with self.lock:
            gone = self.get(plural, namespace, name)
            if dry_run:
                return gone
            del self.objects[plural, namespace, name]
            self.owned.pop((plural, namespace, name), None)
            self.version += 1
            uid = gone["metadata"]["uid"]
            for (kind, home, own), item in list(self.objects.items()):
                owners = item["metadata"].get("ownerReferences", [])
                if home == name and plural == "namespaces" or cascade and any(one["uid"] == uid for one in owners):
                    self.delete(kind, home, own)
            self.save()
            return gone


def tuple_path(leaf):
    return tuple(tuple(step) if isinstance(step, list) else step for step in leaf[0]), leaf[1]


def without_identity(item):
    meta = {key: value for key, value in item.get("metadata", {}).items() if key not in ("name", "namespace")}
    rest = {key: value for key, value in item.items() if key not in ("apiVersion", "kind", "metadata")}
    return {**rest, **({"metadata": meta} if meta else {})}


def plain(item):
    meta = {key: value for key, value in item["metadata"].items()
            if key not in ("managedFields", "resourceVersion", "generation")}
    return {**item, "metadata": meta}


def default_job(job, current):
    spec = job.setdefault("spec", {})
    uid, name = job["metadata"]["uid"], job["metadata"]["name"]
    indexed = spec.setdefault("completionMode", "NonIndexed") == "Indexed"
    if indexed and "completions" not in spec:
        invalid("Job", name, "spec.completions: Required value: when completion mode is Indexed")
    if "backoffLimitPerIndex" in spec and not indexed:
        invalid("Job", name, "spec.backoffLimitPerIndex: Invalid value: requires indexed completion mode")
    limit = 2147483647 if "backoffLimitPerIndex" in spec else 6
    for key, value in {"backoffLimit": limit, "completions": 1, "parallelism": 1, "suspend": False}.items():
        spec.setdefault(key, value)
    spec["selector"] = {"matchLabels": {LABEL + "controller-uid": uid}}
    template = spec.get("template") or {}
    if not template.get("spec", {}).get("containers"):
        invalid("Job", name, "spec.template.spec.containers: Required value")
    if template["spec"].get("restartPolicy") not in ("Never", "OnFailure"):
        invalid("Job", name, 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"')
    if "podFailurePolicy" in spec and template["spec"]["restartPolicy"] != "Never":
        invalid("Job", name, "spec.template.spec.restartPolicy: Invalid value: only \"Never\" is supported "
                             "when podFailurePolicy is specified")
    labels = template.setdefault("metadata", {}).setdefault("labels", {})
    labels.update({LABEL + "controller-uid": uid, LABEL + "job-name": name, "job-name": name})
    job.setdefault("status", {})
    if current and current["spec"].get("template") != template:
        invalid("Job", name, "spec.template: Invalid value: field is immutable")


def invalid(kind, name, message):
    group = {"Job": "Job.batch"}.get(kind, kind)
    raise Refusal(422, "Invalid", f'{group} "{name}" is invalid: {message}')


def default_pod(pod, current):
    pod["spec"].setdefault("serviceAccountName", "default")
    pod.setdefault("status", {"phase": "Pending"})
    if current or pod["spec"].get("automountServiceAccountToken") is False:
        return
    source = {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}
    pod["spec"].setdefault("volumes", []).append({"name": "kube-api-access", "projected": {"sources": [source]}})
    for container in pod["spec"]["containers"]:
        container.setdefault("volumeMounts", []).append(
            {"name": "kube-api-access", "readOnly": True,
             "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"})


def default_secret(secret, _current):
    import base64
    text = secret.pop("stringData", {})
    secret.setdefault("type", "Opaque")
    if text:
        coded = {key: base64.b64encode(value.encode()).decode() for key, value in text.items()}
        secret["data"] = {**secret.get("data", {}), **coded}


DEFAULTS = {
    "persistentvolumeclaims": lambda item, _: item.setdefault("status", {"phase": "Bound"}),
    "jobs": default_job,
    "pods": default_pod,
    "secrets": default_secret,
    "namespaces": lambda item, _: item.setdefault("status", {"phase": "Active"}),
}
