#!/bin/bash
# Works through one list by a job array:
#
#     sbatch examples/slurm/array.sh tasks.txt
#
# Each element of the array is a farmer on the same list. They begin when Slurm has room for them, in any order, share
# what is left, and leave when nothing is left to take: four small jobs often start earlier than one large one. An element
# whose time is up stops in good order and ends with 75; the others take over what it was doing. If all have ended so,
# submit the same line again, and it goes on where it was.

#SBATCH --job-name=taskfarmer
# --array=1-100%10 is a hundred farmers, of which ten run at a time.
#SBATCH --array=1-4
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
# An output file for each element. A job that is requeued adds to it instead of overwriting it.
#SBATCH --output=taskfarmer-%A_%a.out
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

# For tasks that use 4 cores each, write --proc $((SLURM_CPUS_PER_TASK / 4)).
#
# exec is not decoration: it makes the farmer take this script's place, and so get the signal. Nothing after it runs.
exec "$TASKFARMER_HOME/taskfarmer" --proc "${SLURM_CPUS_PER_TASK:-1}" "$@"
