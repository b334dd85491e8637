//! Groups trades by the accounts they write, orders what conflicts, and runs the rest in parallel.
