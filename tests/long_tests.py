"""Tests that take long, each one of several of its kind: `make long` runs them, as does `make nightly`.

What stays in `make test` looks at the same code with a smaller model, another store, or fewer mutants.
Others carry the mark `long` themselves.
"""

from __future__ import annotations

LONG = {
    "tests/conformance/test_replication_group.py": (
        "test_a_bug_shows_where_a_mutant_leaves_the_model[ignores what was promised-IgnoresPromisedValues-2]",
    ),
    "tests/reference/test_seeds.py": (
        "test_nothing_breaks_under_faults[20]",
        "test_nothing_breaks_under_faults[60]",
        "test_nothing_breaks_under_faults[100]",
        "test_nothing_breaks_under_faults[140]",
        "test_nothing_breaks_under_faults[180]",
    ),
    "tests/conformance/test_changing_group.py": (
        "test_replicas_follow_the_model[1]",
        "test_a_bug_shows_on_a_walk[new members are not asked in phase 1-0]",
    ),
    "tests/conformance/test_splitting_table.py": ("test_a_bug_shows_on_a_walk",),
    "tests/conformance/test_leased_group.py": (
        "test_replicas_follow_the_model[0]",
        "test_a_bug_shows_on_a_walk[a restart repeats the numbers of questions-0]",
        "test_a_bug_shows_on_a_walk[a leader without answers is not fenced-1]",
    ),
    "tests/differential/native/test_walks.py": (
        "test_a_walk_agrees[Wide]",
        "test_a_walk_agrees[RaftLog]",
        "test_a_walk_agrees[Order]",
        "test_a_walk_agrees[Features]",
        "test_a_walk_agrees[Shapes]",
    ),
    "tests/differential/test_mutants.py": (
        "test_both_engines_say_the_same_of_every_mutant[raft_log]",
        "test_both_engines_say_the_same_of_every_mutant[rounds]",
        "test_both_engines_say_the_same_of_every_mutant[two rounds]",
        "test_both_engines_say_the_same_of_every_mutant[begun]",
    ),
    "tests/differential/test_protocols.py": ("test_every_state_is_found_in_whatever_order[Zab]",),
    "tests/differential/test_symmetry.py": (
        "test_all_ways_to_search_say_the_same[model.mutants.paxos:PromisesBelowPromised]",
        "test_all_ways_to_search_say_the_same[tests.models.wide:Wide]",
        "test_all_ways_to_search_say_the_same[model.raft_log:RaftLog]",
        "test_paxos_has_the_known_representatives[3-3-2-443-6801]",
        "test_all_ways_to_search_say_the_same[model.paxos:Paxos]",
        "test_a_wrong_form_is_noticed[does nothing]",
        "test_a_wrong_form_is_noticed[merges orbits]",
    ),
    "tests/differential/test_orbits.py": (
        "test_representatives_are_as_many_as_there_are_orbits[Heaps 3]",
        "test_representatives_are_as_many_as_there_are_orbits[Heaps 6]",
        "test_representatives_are_as_many_as_there_are_orbits[Digraphs 3]",
        "test_representatives_are_as_many_as_there_are_orbits[Grants 3]",
        "test_representatives_are_as_many_as_there_are_orbits[Graphs 4]",
        "test_representatives_are_as_many_as_there_are_orbits[Graphs 5]",
        "test_representatives_are_as_many_as_there_are_orbits[Graphs 6]",
        "test_representatives_are_as_many_as_there_are_orbits[Pointers 3]",
        "test_representatives_are_as_many_as_there_are_orbits[Pointers 4]",
        "test_representatives_are_as_many_as_there_are_orbits[Pointers 5]",
        "test_representatives_are_as_many_as_there_are_orbits[Pointers 6]",
        "test_representatives_are_as_many_as_there_are_orbits[SparsePointers 5]",
        "test_representatives_are_as_many_as_there_are_orbits[Councils 3]",
        "test_representatives_are_as_many_as_there_are_orbits[Matrices 2+3]",
        "test_representatives_are_as_many_as_there_are_orbits[Matrices 3+3]",
        "test_representatives_are_as_many_as_there_are_orbits[Painted 2+2]",
        "test_representatives_are_as_many_as_there_are_orbits[Painted 3+3]",
        "test_representatives_are_as_many_as_there_are_orbits[Words 3+4]",
    ),
    "tests/unit/cli/test_engines.py": ("test_workers_and_stores_change_no_answer[2]",),
    "tests/unit/cli/test_mutate.py": ("test_every_mutant_of_the_shipped_specs_is_noticed_or_accepted",),
    "tests/unit/engines/native/test_checkpoints.py": (
        "test_a_search_that_reached_a_limit_goes_on_without_it[compact-time]",
        "test_a_search_that_reached_a_limit_goes_on_without_it[default-time]",
        "test_killed_at_any_moment_it_goes_on[compact]",
        "test_the_layout_that_was_found_is_gone_on_with[compact]",
    ),
    "tests/unit/engines/native/test_explore.py": (
        "test_the_compact_store_changes_nothing[paxos mutant]",
        "test_sets_that_are_kept_as_lists_change_nothing[Conditional-symmetry0]",
        "test_sets_that_are_kept_as_lists_change_nothing[Viewstamped-None]",
        "test_the_result_is_that_of_the_python_engine[paxos mutant]",
        "test_symmetry_changes_as_little_as_in_the_python_engine[wide]",
        "test_the_compact_store_changes_nothing[wide]",
        "test_the_result_is_that_of_the_python_engine[constraint]",
        "test_the_result_is_that_of_the_python_engine[wide]",
        "test_the_result_is_that_of_the_python_engine[pairs]",
        "test_sets_that_are_kept_as_lists_change_nothing[Viewstamped-symmetry0]",
        "test_sets_that_are_kept_as_lists_change_nothing[Conditional-None]",
    ),
    "tests/unit/engines/native/test_limits.py": ("test_a_process_keeps_to_its_memory[default-400000-1]",),
    "tests/unit/engines/native/test_repacking.py": (
        "test_every_successor_is_that_of_cpython[1-None-defines1]",
    ),
    "tests/unit/engines/native/test_runtime.py": (
        "test_keys_inserted_by_several_at_once_are_each_there_once[compact-slowed1]",
        "test_address_and_undefined_behaviour_sanitizers_are_silent[compact]",
        "test_the_thread_sanitizer_is_silent[compact]",
    ),
    "tests/unit/engines/native/test_sanitizers.py": (
        "test_nothing_is_out_of_bounds_or_undefined[a paxos mutant]",
        "test_nothing_is_out_of_bounds_or_undefined[wide]",
        "test_workers_do_not_race[a paxos mutant-flags0]",
        "test_nothing_is_out_of_bounds_or_undefined[raft]",
        "test_nothing_is_out_of_bounds_or_undefined[lease]",
        "test_nothing_is_out_of_bounds_or_undefined[features]",
        "test_workers_do_not_race[raft-flags2]",
    ),
    "tests/unit/engines/native/test_search.py": (
        "test_mutants_of_paxos_have_the_trace_of_the_python_engine[compact-MUTANT_FORGETS-Forgets]",
    ),
    "tests/unit/models/test_counts.py": (
        "test_counts[RaftLog-scope5-params5-faults5-counts5]",
        "test_counts[Lease-scope8-params8-faults8-counts8]",
        "test_counts[RaftLogFigure8-scope6-params6-faults6-counts6]",
    ),
}
"""By file: the tests, with their parameters."""
