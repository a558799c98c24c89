#!/usr/bin/env bash
# startSlurm.sh FOLDER [NODES=3] [CPUS=1]: a real Slurm on loopback, without systemd, as root. Then: export SLURM_CONF=FOLDER/slurm.conf
# Debian: apt-get install slurmctld slurmd slurm-client munge. stopSlurm.sh ends it. FOLDER has no space in its name.
set -euo pipefail
dir=$1; nodes=${2:-3}; cpus=${3:-1}
mkdir -p "$dir"/{munge,state,spool,log,run}
chmod 755 "$dir" "$dir/run"; chmod 700 "$dir/munge"
host=$(hostname -s)
( umask 077; head -c 1024 /dev/urandom > "$dir/munge/munge.key" )
munged --key-file="$dir/munge/munge.key" --socket="$dir/run/munge.sock" --pid-file="$dir/run/munged.pid" \
  --log-file="$dir/munge/munged.log" --seed-file="$dir/munge/munged.seed"
# Without the line CommunicationParameters, Slurm listens on all addresses.
cat > "$dir/slurm.conf" <<C
ClusterName=testing
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$((20000 + RANDOM % 9000))
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge.sock
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ReturnToService=2
KillWait=5
MinJobAge=60
C
first=$((30000 + RANDOM % 2000))
for ((i = 1; i <= nodes; i++)); do
  echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first + i)) CPUs=$cpus RealMemory=500 State=UNKNOWN" >> "$dir/slurm.conf"
done
echo "PartitionName=debug Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP" >> "$dir/slurm.conf"
export SLURM_CONF="$dir/slurm.conf"
slurmctld -f "$SLURM_CONF"
for ((i = 1; i <= nodes; i++)); do mkdir -p "$dir/spool/n$i"; slurmd -f "$SLURM_CONF" -N "n$i"; done
for ((t = 0; t < 150; t++)); do
  [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c idle)" = "$nodes" ] && exit 0
  sleep 0.2
done
tail -20 "$dir"/log/*.log; exit 1
