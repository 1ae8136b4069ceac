"""The controller of Jobs of the cluster API stand-in.

A plain Job has one Pod after another until one succeeds or too many failed. An Indexed Job has as many at a time as
its parallelism says, until each index has succeeded or failed.
"""

import copy
import time
import uuid

from cluster_objects import LABEL, Refusal, now

INDEX = LABEL + "job-completion-index"


def pods_of(store, job):
    uid = job["metadata"]["uid"]
    return [pod for pod in store.list("pods", job["metadata"]["namespace"])
            if any(owner["uid"] == uid for owner in pod["metadata"].get("ownerReferences", []))]


def make_pod(store, job, index=None):
    meta, template = job["metadata"], copy.deepcopy(job["spec"]["template"])
    account = template["spec"].get("serviceAccountName", "default")
    try:
        store.get("serviceaccounts", meta["namespace"], account)
    except Refusal:
        return
    name = f'{meta["name"]}-{"" if index is None else f"{index}-"}{uuid.uuid4().hex[:5]}'
    if index is not None:
        for place in ("annotations", "labels"):
            template["metadata"].setdefault(place, {})[INDEX] = str(index)
        for container in template["spec"]["containers"]:
            container.setdefault("env", []).append({"name": "JOB_COMPLETION_INDEX", "value": str(index)})
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


def fails_index(job, pod):
    """Whether the Job's podFailurePolicy says that a Pod of another try would fail, too."""
    codes = {one["name"]: one["state"]["terminated"]["exitCode"]
             for one in pod["status"].get("containerStatuses", []) if "terminated" in one["state"]}
    for rule in job["spec"].get("podFailurePolicy", {}).get("rules", []):
        wanted = rule["onExitCodes"]
        found = [code for name, code in codes.items() if wanted.get("containerName", name) == name and code != 0]
        if any((code in wanted["values"]) == (wanted["operator"] == "In") for code in found):
            return rule["action"] == "FailIndex"
    return False


def state_of_index(job, pods):
    """What the Pods of one index have come to: Succeeded, Failed, Active, or None when it needs a new Pod."""
    phases = [pod.get("status", {}).get("phase") for pod in pods]
    if "Succeeded" in phases:
        return "Succeeded"
    failed = [pod for pod, phase in zip(pods, phases) if phase == "Failed"]
    if len(failed) < len(pods):
        return "Active"
    limit = job["spec"].get("backoffLimitPerIndex", job["spec"]["backoffLimit"])
    return "Failed" if len(failed) > limit or any(fails_index(job, pod) for pod in failed) else None


def ranges(indexes):
    """Indexes as the status of a Job writes them: 0-2,5."""
    words = []
    for index in indexes:
        if words and words[-1][1] == index - 1:
            words[-1][1] = index
        else:
            words.append([index, index])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in words)


def indexed_status(store, job, pods):
    """Starts the Pods that an Indexed Job lacks, and returns its status."""
    spec, states = job["spec"], {}
    for index in range(spec["completions"]):
        own = [pod for pod in pods if pod["metadata"]["annotations"][INDEX] == str(index)]
        states[index] = state_of_index(job, own)
    for index, state in states.items():
        if state is None and list(states.values()).count("Active") < spec["parallelism"]:
            make_pod(store, job, index)
            states[index] = "Active"
    done, failed = ([index for index, own in states.items() if own == state] for state in ("Succeeded", "Failed"))
    lost = [pod for pod in pods if pod.get("status", {}).get("phase") == "Failed"]
    status = {"startTime": job.get("status", {}).get("startTime") or now(), "ready": 0, "terminating": 0}
    counts = {"active": list(states.values()).count("Active"), "succeeded": len(done), "failed": len(lost),
              "completedIndexes": ranges(done), "failedIndexes": ranges(failed)}
    status.update({key: value for key, value in counts.items() if value})
    if len(done) == spec["completions"]:
        ended = {"type": "Complete", "status": "True", "lastTransitionTime": now()}
        status.update(completionTime=now(), conditions=[ended])
    elif len(done) + len(failed) == spec["completions"]:
        status["conditions"] = [{"type": "Failed", "status": "True", "reason": "FailedIndexes",
                                 "message": "Job has failed indexes", "lastTransitionTime": now()}]
    return status


def plain_status(store, job, pods):
    """Starts the Pod that a plain Job lacks, and returns its status."""
    status = status_of(job, pods)
    if status.get("active") == 0:
        make_pod(store, job)
        status["active"] = len(pods_of(store, job)) - status.get("failed", 0)
    return status


def step(store, job):
    if job.get("status", {}).get("conditions") or job["spec"]["suspend"]:
        return
    pods = pods_of(store, job)
    indexed = job["spec"].get("completionMode") == "Indexed"
    status = (indexed_status if indexed else plain_status)(store, job, pods)
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
