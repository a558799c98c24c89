#!/usr/bin/env bash
# startSshd.sh FOLDER PORT: an sshd of its own on loopback, with a key to enter; ended by its file sshd.pid. FOLDER has no space in its name. Debian: apt-get install openssh-server openssh-client
set -euo pipefail
dir=$1; port=$2
mkdir -p "$dir"; chmod 700 "$dir"
[ "$(id -u)" = 0 ] && mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$dir/host"; ssh-keygen -q -t ed25519 -N '' -f "$dir/id"
cp "$dir/id.pub" "$dir/authorized_keys"; chmod 600 "$dir/authorized_keys"
cat > "$dir/sshd_config" <<C
ListenAddress 127.0.0.1
Port $port
HostKey $dir/host
AuthorizedKeysFile $dir/authorized_keys
PidFile $dir/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
C
"$(command -v sshd || echo /usr/sbin/sshd)" -f "$dir/sshd_config" -E "$dir/sshd.log"
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$dir/host.pub")" > "$dir/known_hosts"
