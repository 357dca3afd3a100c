#![no_main]

faelled_fuzz::target!(faelled_fuzz_targets::files);
