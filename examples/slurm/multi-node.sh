#!/bin/bash
# Works through one list on several nodes:
#
#     sbatch examples/slurm/multi-node.sh tasks.txt
#
# On each node runs one farmer; all of them take tasks from the same list. When a node is lost, the others take over what
# it was doing, about a minute later. When the time is up before the work is, all stop in good order and the job ends with
# 75. Submit the same line again, and it goes on where it was.

#SBATCH --job-name=taskfarmer
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
# One task of the list runs on each of these cores, on each node.
#SBATCH --cpus-per-task=32
#SBATCH --time=02:00:00
# Most sites want some of these as well: remove one # from each that yours asks for.
##SBATCH --account=YOUR_ACCOUNT
##SBATCH --qos=YOUR_QOS
##SBATCH --partition=YOUR_PARTITION

# USR1 to the farmers 60 s before the limit, and to their tasks: one that wants to end in good order must handle it. Not
# B:USR1, which only this script would get: farmers shall hear of the limit also when the node of this script is lost.
#SBATCH --signal=USR1@60
# The job goes on without nodes that are lost. (Is the first node lost, where this script runs, the others finish the
# list, but Slurm does not notice the end: scancel the job then.)
#SBATCH --no-kill
# A job that is requeued adds to its output instead of overwriting it.
#SBATCH --output=taskfarmer-%j.out
#SBATCH --open-mode=append

# The farmer needs Java 17 or newer. Does your site have it as a module?
# module load openjdk

# Where the taskfarmer checkout is, on a file system that all nodes see. Run ./taskfarmer once on a login node, so that it
# is built.
TASKFARMER_HOME=${TASKFARMER_HOME:-$HOME/taskfarmer}
if [ ! -x "$TASKFARMER_HOME/taskfarmer" ]; then
    echo "no taskfarmer in $TASKFARMER_HOME: set TASKFARMER_HOME to the checkout" >&2
    exit 2
fi

# One farmer that ends, or a node that is lost, must not end the others, whatever the site's defaults are:
#   --no-kill            the same as above, now for the farmers
#   --kill-on-bad-exit=0 a farmer that ends with an error leaves the others alone
#   --wait=0             and so does one that is done earlier
# srun does not take over --cpus-per-task by itself. It ends with the highest exit status of all farmers.
#
# For tasks that use 4 cores each, write --proc $((SLURM_CPUS_PER_TASK / 4)).
exec srun --no-kill --kill-on-bad-exit=0 --wait=0 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" \
    "$TASKFARMER_HOME/taskfarmer" --proc "${SLURM_CPUS_PER_TASK:-1}" "$@"
