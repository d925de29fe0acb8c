//! End-to-end tests of the programs, from outside.
