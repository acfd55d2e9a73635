"""The twelve cases that an import has to pass before a province is given to it, and where each is tested. A test that is
renamed or taken away has to be named anew here."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

CASES = {
    "1 exact members with guardians; a teacher who is one too": {
        "registry/test_guardians.py": [
            "test_whoever_names_the_other_the_members_are_the_same",
            "test_a_teacher_who_is_a_parent_is_a_guardian_by_the_role_and_only_of_her_own",
            "test_a_pupils_teacher_among_the_agents_gets_nothing",
        ],
        "rights/test_memberships.py": [
            "test_a_teacher_who_is_a_guardian_is_one_as_guardian_and_reads_no_other_parents_thread"
        ],
    },
    "2 dangling references: causes told once, no rights": {
        "registry/test_real_packages.py": [
            "test_a_thousand_families_of_a_school_that_is_nowhere_have_one_cause",
            "test_the_minimal_moodle_set_stands_without_its_courses",
        ],
        "registry/test_defects.py": ["test_a_missing_school_is_reported_once_with_all_that_falls_with_it"],
    },
    "3 agents on either row or both: the same members": {
        "rights/test_memberships.py": ["test_agents_on_either_row_or_both_give_identical_memberships"],
    },
    "4 enrolments cut off: refused, sockets undisturbed": {
        "registry_api/test_under_open_sockets.py": ["test_a_file_cut_off_is_refused_and_no_socket_notices"],
        "registry/test_valves.py": ["test_a_file_cut_off_at_sixty_in_a_hundred_changes_nothing"],
    },
    "5 one bad row: only that record, as it was": {
        "registry/test_rows.py": ["test_one_bad_row_keeps_its_previous_version_and_nobody_else_is_affected"],
    },
    "6 twenty leave by a delta while connected": {
        "registry_api/test_under_open_sockets.py": [
            "test_twenty_leave_by_a_delta_while_connected_and_hear_nothing_more"
        ],
    },
    "7 a district in successive states": {
        "registry/test_delta.py": ["test_a_district_in_successive_states_shows_its_exact_difference"],
    },
    "8 the reorganisation": {
        "rooms/test_reorganisation.py": [
            "test_the_real_reform_under_open_sockets",
            "test_who_speaks_for_whom_follows_the_tree_and_old_notices_keep_their_issuer",
            "test_the_rooms_of_what_ended_are_read_by_who_answers_for_it_and_by_nobody_else",
        ],
        "registry/test_real_packages.py": ["test_the_real_reorganisation_moves_the_tree_in_one_run"],
    },
    "9 the same again, an older delta, two at once": {
        "registry/test_importing.py": ["test_the_very_same_file_is_not_even_read"],
        "registry/test_delta.py": ["test_an_older_row_is_passed_over_and_said_so"],
        "registry/test_at_once.py": ["test_the_second_waits_and_compares_anew"],
    },
    "10 forty principals: held, and held again when the file is another": {
        "registry/test_valves.py": ["test_forty_new_principals_are_held"],
        "registry/test_holding.py": ["test_at_the_machine_it_is_the_same_file_that_is_confirmed"],
    },
    "11 spreadsheets: taken or refused with the cell named, never garbage people": {
        "registry_sheets/test_traps.py": [
            "test_what_means_the_same_gives_the_same",
            "test_what_cannot_be_known_refuses_the_file_and_names_the_cell",
            "test_decimal_commas_separate_nothing",
            "test_a_row_shifted_by_a_cell_makes_nobody",
        ],
        "registry_sheets/test_alike.py": ["test_order_spelling_and_packing_change_nothing"],
    },
    "12 XML with external entities": {
        "registry/test_xml.py": [
            "test_as_a_list_it_is_refused",
            "test_as_a_package_or_in_one_it_is_refused",
            "test_real_alerts_are_no_packages_either",
        ],
    },
}


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_tests(case: str) -> None:
    for file, names in CASES[case].items():
        module = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        there = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        assert there.issuperset(names), set(names) - there
