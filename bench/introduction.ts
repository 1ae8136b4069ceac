/** What stands above the tables of docs/benchmarks.md. */
export const INTRODUCTION = `# Benchmarks

Written by \`npm run bench -- --write\`; \`npm run bench -- --help\` names its parts. It boots hosts of the lab (systemd, sshd, Debian trixie) and has
the same work done by playscript as it is published (with \`node playbook.ts\` on Node 24, and with \`tsx\` on the oldest
Node that it supports, 20), by Debian's ansible-core 2.14 (as it comes, and with pipelining), by Mitogen (Debian's
ansible-mitogen) and by pyinfra, where that is installed. Their playbooks are in \`bench/\`.

- Absolute times depend on the machine and on what else it does: compare the columns of a row. Contenders take turns within the same minutes; a figure
  is the median of the rounds. In brackets: how many times the first column's. All columns of a row are from one run; a run of
  some parts (\`--only\`, \`--hosts\`, \`--latency\`) replaces their rows alone.
- Every run starts with no connection open and, but for the first of a version, with Node's compile cache, which is on by default; \`forks\` is 10 for all.
- No figure comes from work left out: after each first converge the hosts' files, accounts and units are compared with what the first contender left
  behind, all tasks must end in the same states (ok, changed, skipped), and a converged run must change nothing. pyinfra gathers no facts up front, and
  does not look into an archive that it has unpacked before.
- Latency is emulated by a delay queue between two tun devices, which also counts the serial round trips: how often a packet was waited for that the
  delay had held back, the connection's own ones included. 0 ms is the bridge that the hosts are on.
- CPU and memory are the control node's alone: all processes of the run, by control group.
`
