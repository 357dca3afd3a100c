//! The quick form of every proof that needs nothing but cargo.

use faelled_tests::proof::{ALL, Report, demo_alone};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn shows(name: &str) {
    let proof = ALL.iter().find(|proof| proof.name == name).unwrap();
    if let Err(broken) = block_on(proof.run(Report::new(false), true)) {
        panic!("{name} falls short: {broken}");
    }
}

#[test]
fn a_pilot_reaches_a_municipality_that_never_met_its_author() {
    if let Err(broken) = block_on(demo_alone(Report::new(false))) {
        panic!("{broken}");
    }
}

#[test]
fn what_was_tampered_with_is_refused_and_nothing_else_is_disturbed() {
    shows("tamper");
}

#[test]
fn a_killed_node_comes_back_with_a_mirror_that_equals_a_rebuild() {
    shows("crash-mirror");
}

#[test]
fn nothing_of_a_draft_leaves_the_node_before_it_is_published() {
    shows("draft-leak");
}

#[test]
fn a_node_that_was_set_back_takes_no_place_twice() {
    shows("restores");
}

#[test]
fn nothing_of_drafts_and_groups_is_anywhere_else() {
    shows("canary");
}

#[test]
fn what_goes_out_as_a_table_comes_in_again_as_the_same() {
    shows("round-trips");
}

#[test]
fn a_year_of_joint_work_shows_at_each_step_in_every_mirror() {
    shows("year");
}

#[test]
fn what_a_buyer_looks_for_is_found_in_both_languages() {
    shows("search-quality");
}
