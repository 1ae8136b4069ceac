# Runs once inside a bookworm root that is thrown away, as root, with sh -eu: builds the API server and the
# controller manager of Kubernetes from Debian's source package into a layer for a host's disk, with the release's own etcd beside them.
cd /build
apt-get -q source --download-only kubernetes
dpkg-source --no-check --extract kubernetes_*.dsc tree >/dev/null
version=$(dpkg-parsechangelog -l tree/debian/changelog -S Version)
version=${version##*+really}
version=${version%%[-+]*}
rm kubernetes_*

layer=/out/usr/local/lib/kubernetes
mkdir -p go/src/k8s.io $layer
ln -s /build/tree go/src/k8s.io/kubernetes
# Without a git tree the build asks this file what it builds.
cat >version-file <<VERSION
KUBE_GIT_COMMIT=
KUBE_GIT_TREE_STATE=archive
KUBE_GIT_VERSION=v$version
KUBE_GIT_MAJOR=${version%%.*}
KUBE_GIT_MINOR=$(echo "$version" | cut -d. -f2)
VERSION
export HOME=/build GOPATH=/build/go GOCACHE=/build/cache GO111MODULE=off GOFLAGS=-trimpath CGO_ENABLED=0
export KUBE_GIT_VERSION_FILE=/build/version-file
cd go/src/k8s.io/kubernetes
make WHAT='cmd/kube-apiserver cmd/kube-controller-manager' GOLDFLAGS='-s -w'
cp _output/local/bin/linux/*/kube-apiserver _output/local/bin/linux/*/kube-controller-manager /usr/bin/etcd $layer/
$layer/kube-apiserver --version >$layer/VERSION
