//! The program that municipalities install. What it does is in the library; this only begins it.

fn main() -> std::process::ExitCode {
    kuvert::cli::run()
}
