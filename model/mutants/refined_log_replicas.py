"""Groups whose members change, each of which forgets one rule, beside the logs that they should be.

The rules are those that `model.mutants.log_replicas` forgets; which property notices, after how many steps,
is in `specs/refined_log_replicas.toml`.
"""

from model.mutants import log_replicas as forgetful
from model.refined_log_replicas import RefinedLogReplicas


class OmitsAcceptedValues(RefinedLogReplicas, forgetful.OmitsAcceptedValues):
    """A log replica does not tell what it has accepted. Breaks `is_a_log`."""


class VotesBelowItsPromise(RefinedLogReplicas, forgetful.VotesBelowItsPromise):
    """A member votes in a ballot below its promise. Breaks `is_a_chain`."""


class AdoptsTheLowest(RefinedLogReplicas, forgetful.AdoptsTheLowest):
    """A new leader proposes again what was accepted in the lowest ballot. Breaks `is_a_log`."""


class ChangesWhilePending(RefinedLogReplicas, forgetful.ChangesWhilePending):
    """A leader makes a change while the one before is pending. Breaks `inherited`."""


class SwapsInOneStep(RefinedLogReplicas, forgetful.SwapsInOneStep):
    """A leader puts a log replica in the place of a storage replica. Breaks `inherited`."""


class CountsStrangers(RefinedLogReplicas, forgetful.CountsStrangers):
    """A leader counts whoever has voted, members or not. Breaks `announced_is_chosen`."""
