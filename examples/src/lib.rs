//! Example packs and pilots, and programs that read the mirror. The files are described in `README.md`;
//! the tests of this package check them.
