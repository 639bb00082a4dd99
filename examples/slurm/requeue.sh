#!/bin/bash
# Works through a list that takes longer than a job may:
#
#     sbatch examples/slurm/requeue.sh tasks.txt
#
# When the time is up before the work is, the farmer stops in good order, and the job puts itself back into the queue and
# goes on where it was, under the same job number, until the list is done. To stop it for good: scancel.

#SBATCH --job-name=taskfarmer
# With more nodes, one farmer runs on each.
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
# One task of the list runs on each of these cores.
#SBATCH --cpus-per-task=32
# Must be longer than the longest task: what does not fit is begun again each time.
#SBATCH --time=02:00:00
# Most sites want some of these as well: remove one # from each that yours asks for.
##SBATCH --account=YOUR_ACCOUNT
##SBATCH --qos=YOUR_QOS
##SBATCH --partition=YOUR_PARTITION

# USR1 to the farmer 60 s before the limit, and to its tasks: one that wants to end in good order must handle it. (Not
# B:USR1, which would end this script.)
#SBATCH --signal=USR1@60
# The job may be requeued: by itself, below, and by Slurm when a node is lost. It adds to its output then.
#SBATCH --requeue
#SBATCH --output=taskfarmer-%j.out
#SBATCH --open-mode=append

# After so many times something is wrong; a task that is longer than the time limit, for example.
MAX_REQUEUES=${MAX_REQUEUES:-50}

# The farmer needs Java 17 or newer. Does your site have it as a module?
# module load openjdk

# Where the taskfarmer checkout is, on a file system that all nodes see. Run ./taskfarmer once on a login node, so that it
# is built.
TASKFARMER_HOME=${TASKFARMER_HOME:-$HOME/taskfarmer}
if [ ! -x "$TASKFARMER_HOME/taskfarmer" ]; then
    echo "no taskfarmer in $TASKFARMER_HOME: set TASKFARMER_HOME to the checkout" >&2
    exit 2
fi

# For tasks that use 4 cores each, write --proc $((SLURM_CPUS_PER_TASK / 4)). What the options of srun are for is said in
# multi-node.sh.
srun --kill-on-bad-exit=0 --wait=0 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" \
    "$TASKFARMER_HOME/taskfarmer" --proc "${SLURM_CPUS_PER_TASK:-1}" "$@"
status=$?

# 75: stopped before the end; above 128: a farmer was killed (out of memory, perhaps). All else is final: 0 and 1 say that
# the list is done, 2 and 3 that somebody has to look.
if [ "$status" -eq 75 ] || [ "$status" -gt 128 ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -lt "$MAX_REQUEUES" ]; then
        scontrol requeue "$SLURM_JOB_ID"
    else
        echo "not requeued: that has been done $SLURM_RESTART_COUNT times; sbatch it again to go on" >&2
    fi
fi
exit "$status"
