//! Writes the files that the corpora begin with: `cargo run -p faelled-fuzz-targets --example seeds`.

use std::error::Error;
use std::fs;
use std::path::Path;

use faelled_fuzz_targets::{ALL, seeds::seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (target, _) in ALL {
        let directory = corpus.join(target);
        fs::create_dir_all(&directory)?;
        for (name, bytes) in seeds(target) {
            fs::write(directory.join(format!("seed-{name}")), bytes)?;
        }
    }
    Ok(())
}
