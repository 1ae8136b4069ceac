"""The twin of playbook.ts for pyinfra: the same work with the same end state.

pyinfra gathers no facts up front, and does not look into an archive whose content is installed: its converged run does
less than the others'.
"""

import re
import shlex
from os.path import basename

from jinja2 import defaults
from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.facts.server import Command
from pyinfra.operations import files, server, systemd

# The templates are those of the other contenders, and quote for the shell.
defaults.DEFAULT_FILTERS["quote"] = lambda value: shlex.quote(str(value))

data = host.data
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
CILIUM = "1.15.4"
ACME_HOME = "/var/www/html"
HOME = "/var/www/static-web-server"
VARIABLES = {
    "acme_home": ACME_HOME,
    "static_web_server_home": HOME,
    "kubeconfig": KUBECONFIG,
    "domain_name": data.domain_name,
}


def account(name, home):
    server.group(name=f"Create {name} group", group=name, system=True)
    server.user(
        name=f"Create {name} user", user=name, group=name, system=True, shell="/bin/false", home=home, ensure_home=False
    )
    files.directory(name=f"Create {name} home", path=home, user=name, group=name, mode="755")


def template(name, dest, mode="644"):
    return files.template(
        name=f"Install {basename(dest)}",
        src=f"templates/{name}.njk",
        dest=dest,
        user="root",
        group="root",
        mode=mode,
        **VARIABLES,
    )


def started(name):
    systemd.service(name=f"Start {name}", service=name, running=True, enabled=True, daemon_reload=True)


def restart(name, *changes):
    systemd.service(
        name=f"Restart {name}",
        service=name,
        restarted=True,
        daemon_reload=True,
        _if=[lambda: any(change._did_change() for change in changes)],
    )


release = host.get_fact(Command, f"KUBECONFIG={KUBECONFIG} cilium version") or ""
if "(running): unknown" in release:
    server.shell(
        name="Install Cilium",
        commands=[f"KUBECONFIG={KUBECONFIG} cilium install --set kubeProxyReplacement=true --wait --version {CILIUM}"],
    )
elif not re.search(rf"\(running\): v?{re.escape(CILIUM)}(\s|$)", release):
    server.shell(
        name="Bring Cilium to the wanted release",
        commands=[f"KUBECONFIG={KUBECONFIG} cilium upgrade --set kubeProxyReplacement=true --wait --version {CILIUM}"],
    )

account("acme", ACME_HOME)
wellknown = template("wellknown-server.service", "/etc/systemd/system/wellknown-server.service")
started("wellknown-server.service")
if not host.get_fact(File, f"/etc/letsencrypt/live/{data.domain_name}/fullchain.pem"):
    server.shell(
        name="Obtain the certificate",
        commands=[
            f"certbot certonly --webroot --webroot-path={ACME_HOME} --non-interactive --agree-tos"
            f" --server={data.acme_directory_url} --email=admin@{data.domain_name} --domain={data.domain_name}"
        ],
    )

account("static-web-server", HOME)
archive = f"/var/tmp/{basename(data.static_web_server_download_url)}"
files.download(
    name="Download static-web-server",
    src=data.static_web_server_download_url,
    dest=archive,
    sha256sum=data.static_web_server_checksum,
    user="root",
    group="root",
    mode="644",
)
changed = []
program = "/usr/local/bin/static-web-server"
if not host.get_fact(File, program):
    changed.append(
        server.shell(
            name="Install static-web-server",
            commands=[
                f"tar -xzf {archive} -C /usr/local/bin --strip-components=1 --wildcards '**/static-web-server'",
                f"chown root:root {program} && chmod 755 {program}",
            ],
        )
    )
prepare = [
    template("static-web-server-prepare.sh", "/usr/local/bin/static-web-server-prepare", "755"),
    template("static-web-server-prepare.service", "/etc/systemd/system/static-web-server-prepare.service"),
    template("static-web-server-prepare.timer", "/etc/systemd/system/static-web-server-prepare.timer"),
]
started("static-web-server-prepare.timer")
changed.append(template("static-web-server.service", "/etc/systemd/system/static-web-server.service"))
started("static-web-server.service")

restart("wellknown-server", wellknown)
restart("static-web-server-prepare", *prepare)
restart("static-web-server", *changed)
