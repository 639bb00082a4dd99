#!/bin/bash
# Works through a list of commands on one node:
#
#     sbatch examples/slurm/single-node.sh tasks.txt
#
# When the time is up before the work is, the farmer stops in good order and exits with 75. Submit the same line again,
# and it goes on where it was.

#SBATCH --job-name=taskfarmer
#SBATCH --nodes=1
#SBATCH --ntasks=1
# One task of the list runs on each of these cores.
#SBATCH --cpus-per-task=32
#SBATCH --time=02:00:00
# Most sites want some of these as well: remove one # from each that yours asks for.
##SBATCH --account=YOUR_ACCOUNT
##SBATCH --qos=YOUR_QOS
##SBATCH --partition=YOUR_PARTITION

# USR1 to this script (B:) 60 s before the limit: the farmer ends its tasks and notes which of them must run again.
#SBATCH --signal=B:USR1@60
# A job that is requeued adds to its output instead of overwriting it.
#SBATCH --output=taskfarmer-%j.out
#SBATCH --open-mode=append

# The farmer needs Java 17 or newer. Does your site have it as a module?
# module load openjdk

# Where the taskfarmer checkout is. Run ./taskfarmer once on a login node, so that it is built.
TASKFARMER_HOME=${TASKFARMER_HOME:-$HOME/taskfarmer}
if [ ! -x "$TASKFARMER_HOME/taskfarmer" ]; then
    echo "no taskfarmer in $TASKFARMER_HOME: set TASKFARMER_HOME to the checkout" >&2
    exit 2
fi

# For tasks that use 4 cores each, write --proc $((SLURM_CPUS_PER_TASK / 4)).
#
# exec is not decoration: it makes the farmer take this script's place, and so get the signal. Nothing after it runs.
exec "$TASKFARMER_HOME/taskfarmer" --proc "${SLURM_CPUS_PER_TASK:-1}" "$@"
