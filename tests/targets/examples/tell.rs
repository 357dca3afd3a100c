//! Runs one file through a target: `cargo run -p faelled-fuzz-targets --example tell -- TARGET FILE`.

use std::error::Error;

use faelled_fuzz_targets::ALL;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (name, file) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("TARGET FILE")?;
    let target = ALL.iter().find(|(target, _)| *target == name);
    let (_, target) = target.ok_or("there is no such target")?;
    target(&std::fs::read(file)?);
    Ok(())
}
