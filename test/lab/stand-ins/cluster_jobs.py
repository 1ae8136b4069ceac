"""The controller of Jobs of the cluster API stand-in: one Pod after another until one succeeds or too many failed."""

import copy
import time
import uuid

from cluster_objects import LABEL, Refusal, now


def pods_of(store, job):
    uid = job["metadata"]["uid"]
    return [pod for pod in store.list("pods", job["metadata"]["namespace"])
            if any(owner["uid"] == uid for owner in pod["metadata"].get("ownerReferences", []))]


def make_pod(store, job):
    meta, template = job["metadata"], copy.deepcopy(job["spec"]["template"])
    account = template["spec"].get("serviceAccountName", "default")
    try:
        store.get("serviceaccounts", meta["namespace"], account)
    except Refusal:
        return
    name = f'{meta["name"]}-{uuid.uuid4().hex[:5]}'
    template["metadata"]["ownerReferences"] = [{
        "apiVersion": "batch/v1", "kind": "Job", "name": meta["name"], "uid": meta["uid"], "controller": True}]
    store.write("pods", meta["namespace"], name, template, "job-controller")


def status_of(job, pods):
    phases = [pod.get("status", {}).get("phase") for pod in pods]
    succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
    status = {"startTime": job.get("status", {}).get("startTime") or now(), "ready": 0, "terminating": 0}
    if succeeded:
        ended = {"type": "Complete", "status": "True", "lastTransitionTime": now()}
        status.update(succeeded=succeeded, completionTime=now(), conditions=[ended])
    elif failed > job["spec"]["backoffLimit"]:
        ended = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded",
                 "message": "Job has reached the specified backoff limit", "lastTransitionTime": now()}
        status.update(conditions=[ended])
    else:
        status["active"] = len(phases) - failed
    if failed:
        status["failed"] = failed
    return status


def step(store, job):
    if job.get("status", {}).get("conditions") or job["spec"]["suspend"]:
        return
    pods = pods_of(store, job)
    status = status_of(job, pods)
    if status.get("active") == 0:
        make_pod(store, job)
        status["active"] = len(pods_of(store, job)) - status.get("failed", 0)
    if {**job["status"], "startTime": None} != {**status, "startTime": None}:
        meta = job["metadata"]
        store.write("jobs", meta["namespace"], meta["name"], {**job, "status": status}, "job-controller")


def control(store):
    while True:
        with store.lock:
            for job in store.list("jobs"):
                try:
                    step(store, job)
                except Refusal as refusal:
                    print(f"job controller: {refusal}", flush=True)
        time.sleep(0.2)
