#!/bin/sh
# Stops with a line that says what to do where fewer than $1 GB are free in this folder.
free=$(df -Pk . | awk 'NR == 2 { print $4 }')
if [ "$free" -lt $(($1 * 1000000)) ]; then
    echo "$1 GB of free disk space are needed here, and $((free / 1000000)) GB are free: make room and start again" >&2
    exit 1
fi
