# Runs once on the unpacked packages of the busybox image, with sh -eu. Who logs in there finds busybox, sshd and sudo.
root=$1 operator_hash=$2
cd "$root"

# --- programs: every applet under its name, and nothing of GNU beside them
mkdir keep
mkdir -p etc/ssl/certs
cat usr/share/ca-certificates/mozilla/*.crt >etc/ssl/certs/ca-certificates.crt
mv usr/bin/busybox usr/bin/sudo usr/sbin/sshd usr/sbin/unix_chkpwd keep
rm -rf usr/bin usr/sbin usr/share usr/games usr/include usr/src var/cache var/lib/dpkg
rm -rf usr/lib/systemd usr/lib/dpkg usr/lib/apt usr/lib/*/perl* usr/lib/*/gconv usr/lib/python* etc/systemd
mkdir -p usr/bin usr/sbin usr/share var/tmp var/empty etc/pam.d etc/ssh etc/init.d
chmod 1777 tmp var/tmp
mv keep/busybox keep/sudo usr/bin
mv keep/sshd keep/unix_chkpwd usr/sbin
rmdir keep
for applet in $(usr/bin/busybox --list); do
  [ -e "usr/bin/$applet" ] || ln -s busybox "usr/bin/$applet"
done
ln -s ../bin/busybox usr/sbin/init

# --- users, with the numbers that they have on the lab's other hosts
cat >etc/passwd <<'USERS'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
k8s:x:1000:1000::/home/k8s:/bin/sh
operator:x:1001:37::/home/operator:/bin/sh
USERS
cat >etc/group <<'GROUPS'
root:x:0:
daemon:x:1:
adm:x:4:
tty:x:5:
sudo:x:27:operator
operator:x:37:
shadow:x:42:
users:x:100:
k8s:x:1000:
nogroup:x:65534:
GROUPS
cut -d: -f1 etc/passwd | sed 's/$/:*:20000:0:99999:7:::/' >etc/shadow
sed -i "s|^operator:\*|operator:$operator_hash|" etc/shadow
cut -d: -f1,4 etc/group | sed 's/:/:*::/' >etc/gshadow
chown 0:42 etc/shadow etc/gshadow
chmod 640 etc/shadow etc/gshadow
mkdir -p -m 700 root home/k8s home/operator
chown 1000:1000 home/k8s
chown 1001:37 home/operator
echo 'k8s ALL=(ALL) NOPASSWD:ALL' >etc/sudoers.d/k8s
chmod 0440 etc/sudoers.d/k8s
for service in other sshd sudo sudo-i; do
  printf '%s\n' 'auth required pam_unix.so' 'account required pam_unix.so' 'session required pam_permit.so' \
    'password required pam_unix.so' >etc/pam.d/$service
done

# --- sshd: keys only, and no SFTP
cat >etc/ssh/sshd_config <<'SSHD'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
UsePAM no
MaxStartups 200
PrintMotd no
SSHD

# --- boot: busybox as init
cat >etc/os-release <<'RELEASE'
NAME="Busybox of the lab"
ID=busybox
VERSION_ID=1
PRETTY_NAME="Busybox of the lab"
RELEASE
: >etc/resolv.conf
: >etc/machine-id
echo 'hosts: files' >etc/nsswitch.conf
printf 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' >etc/profile
cat >etc/inittab <<'INIT'
::sysinit:/etc/init.d/rcS
::respawn:/usr/sbin/sshd -D
::ctrlaltdel:/sbin/reboot
INIT
cat >etc/init.d/rcS <<'BOOT'
#!/bin/sh
. /etc/lab-network
mkdir -p -m 755 /run/sshd /run/lock
ip link set lo up
ip link set host0 up
ip address add "$ADDRESS" dev host0
ip -6 address add "$ADDRESS6" dev host0
ip route add default via "$GATEWAY"
BOOT
chmod 755 etc/init.d/rcS
