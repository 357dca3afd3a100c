//! The binary `faelled`.

fn main() -> std::process::ExitCode {
    faelled::cli::main()
}
