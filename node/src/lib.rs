//! A node of Fælled.
