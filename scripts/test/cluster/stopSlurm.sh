#!/usr/bin/env bash
# stopSlurm.sh FOLDER: ends what startSlurm.sh has started there, by its pid files only.
dir=$1
for signal in TERM KILL; do
  for file in "$dir"/run/*.pid; do [ -f "$file" ] && kill "-$signal" "$(cat "$file")" 2>/dev/null; done
  sleep 1
done
true
