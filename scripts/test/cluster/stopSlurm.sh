#!/usr/bin/env bash
# stopSlurm.sh FOLDER: ends what startSlurm.sh has started there: the daemons, by their pid files, and what they leave of jobs under way, by the SLURM_CONF in its environment.
dir=$1
# They remove their pid files before they end.
daemons=$(cat "$dir"/run/*.pid 2>/dev/null)
kill $daemons 2>/dev/null
for ((t = 0; t < 30; t++)); do kill -0 $daemons 2>/dev/null || break; sleep 0.1; done
kill -KILL $daemons 2>/dev/null
left() {
  local environment process
  for environment in $(grep -lzxF "SLURM_CONF=$dir/slurm.conf" /proc/[0-9]*/environ 2>/dev/null); do
    process=${environment%/environ}
    # Whoever uses this Slurm has SLURM_CONF, too.
    if [ "$(cat "$process/comm" 2>/dev/null)" = slurmstepd ] || grep -qz '^SLURM_JOB_ID=' "$environment" 2>/dev/null; then
      echo "${process#/proc/}"
    fi
  done
}
for ((t = 0; t < 30; t++)); do
  jobs=$(left)
  [ -z "$jobs" ] && exit 0
  kill -KILL $jobs 2>/dev/null
  sleep 0.1
done
echo "stopSlurm.sh: these processes do not end:" $jobs >&2
exit 1
