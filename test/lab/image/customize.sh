# Runs once inside the new base image, as root, with sh -eu. Everything here is common to all hosts of all labs.
OPERATOR_PASSWORD=$1

# --- users: the post's cloud-init user, and one whose sudo asks for a password
useradd --create-home --uid 1000 --shell /bin/bash k8s
useradd --create-home --uid 1001 --gid operator --groups sudo --shell /bin/bash operator
printf 'operator:%s\n' "$OPERATOR_PASSWORD" | chpasswd
echo 'k8s ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/k8s
chmod 0440 /etc/sudoers.d/k8s

# --- sshd: keys only, as the post hardens it; room for tests that open many connections at once
rm -f /etc/ssh/ssh_host_*
systemctl mask sshd-keygen.service
cat >/etc/ssh/sshd_config.d/lab.conf <<'SSHD'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
MaxStartups 200
PrintMotd no
SSHD

# --- nothing may change a host behind a test's back, and port 80 is the playbook's
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer \
  systemd-tmpfiles-clean.timer systemd-pstore.service
systemctl disable nginx.service cron.service

# --- addresses, set by the host itself so that a reboot keeps them
cat >/etc/systemd/system/lab-network.service <<'UNIT'
[Unit]
Description=Addresses in the lab's network
DefaultDependencies=no
Before=network-pre.target network.target
Wants=network-pre.target network.target

[Service]
Type=oneshot
RemainAfterExit=yes
EnvironmentFile=/etc/lab-network
ExecStart=ip link set host0 up
ExecStart=ip address add ${ADDRESS} dev host0
ExecStart=ip -6 address add ${ADDRESS6} dev host0 nodad
ExecStart=ip route add default via ${GATEWAY}

[Install]
WantedBy=sysinit.target
UNIT
systemctl enable lab-network.service

# --- no name service but /etc/hosts: with a resolver that does not answer, sudo and certbot wait for seconds
: >/etc/resolv.conf
: >/etc/machine-id
echo 'LANG=C.UTF-8' >/etc/default/locale

# --- a package repository that needs no network
repository=/srv/lab-apt
mkdir -p $repository
build=$(mktemp -d)
package() { # name version depends
  root=$build/$1-$2
  mkdir -p "$root/DEBIAN" "$root/usr/share/$1" "$root/etc/$1"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Lab <root@lab.test>\n' "$1" "$2"
    [ -z "$3" ] || printf 'Depends: %s\n' "$3"
    printf 'Section: misc\nPriority: optional\nDescription: package of the lab, version %s\n' "$2"
  } >"$root/DEBIAN/control"
  echo "$1 $2" >"$root/usr/share/$1/version"
  echo "greeting = $2" >"$root/etc/$1/config"
  echo "/etc/$1/config" >"$root/DEBIAN/conffiles"
  dpkg-deb --root-owner-group --build "$root" "$repository/$1_$2_all.deb"
}
package playscript-hello 1.0 ''
package playscript-hello 2.0 ''
package playscript-world 1.0 'playscript-hello (>= 1.0)'
rm -r "$build"
cd $repository
for deb in *.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >Packages
{
  printf 'Origin: playscript lab\nLabel: lab\nSuite: lab\nCodename: lab\nArchitectures: all\nDate: %s\nSHA256:\n' "$(date -Ru)"
  printf ' %s %s Packages\n' "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)"
} >Release
cd /
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*
rm -f /etc/apt/apt.conf.d/99mmdebstrap
echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list.d/lab.list
apt-get update
