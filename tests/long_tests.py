"""Tests that take long, each one of several of its kind: `make long` runs them, as does `make nightly`.

What stays in `make test` looks at the same code with a smaller model, another store, or fewer mutants.
Others carry the mark `long` themselves.
"""

from __future__ import annotations

LONG = {
    "tests/unit/engines/native/test_sanitizers.py": (
        "test_nothing_is_out_of_bounds_or_undefined[a paxos mutant]",
        "test_nothing_is_out_of_bounds_or_undefined[wide]",
        "test_workers_do_not_race[a paxos mutant-flags0]",
    ),
    "tests/unit/engines/native/test_runtime.py": (
        "test_keys_inserted_by_several_at_once_are_each_there_once[compact-slowed1]",
    ),
    "tests/unit/engines/native/test_explore.py": (
        "test_sets_that_are_kept_as_lists_change_nothing[Conditional-symmetry0]",
        "test_sets_that_are_kept_as_lists_change_nothing[Viewstamped-None]",
        "test_the_result_is_that_of_the_python_engine[paxos mutant]",
        "test_symmetry_changes_as_little_as_in_the_python_engine[wide]",
        "test_the_compact_store_changes_nothing[wide]",
    ),
    "tests/unit/engines/native/test_checkpoints.py": (
        "test_a_search_that_reached_a_limit_goes_on_without_it[compact-time]",
    ),
    "tests/differential/native/test_walks.py": (
        "test_a_walk_agrees[Wide]",
        "test_a_walk_agrees[RaftLog]",
    ),
    "tests/differential/test_mutants.py": ("test_both_engines_say_the_same_of_every_mutant[raft_log]",),
    "tests/differential/test_symmetry.py": (
        "test_all_ways_to_search_say_the_same[model.mutants.paxos:PromisesBelowPromised]",
        "test_all_ways_to_search_say_the_same[tests.models.wide:Wide]",
        "test_all_ways_to_search_say_the_same[model.raft_log:RaftLog]",
    ),
    "tests/unit/models/test_counts.py": (
        "test_counts[RaftLog-scope5-params5-faults5-counts5]",
        "test_counts[Lease-scope8-params8-faults8-counts8]",
    ),
    "tests/unit/cli/test_mutate.py": ("test_every_mutant_of_the_shipped_specs_is_noticed_or_accepted",),
}
"""By file: the tests, with their parameters."""
