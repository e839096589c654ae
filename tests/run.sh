#!/bin/sh
# Everything once: what only computes on as many workers as there are cores (four at most), then what opens browsers, starts hubs,
# measures time or fills the machine, one after the other. With arguments: those tests, as pytest takes them.
set -u
[ $# = 0 ] || exec $PYTEST "$@"
cores=$(getconf _NPROCESSORS_ONLN)
[ "$cores" -le 4 ] || cores=4
$PYTEST -q -n "$cores" --dist loadfile -m "not (alone or browser or slow)"
first=$?
$PYTEST -q -m "alone or browser or slow"
second=$?
[ $first = 0 ] && [ $second = 0 ]
