//! Where a query runs: one contract, one file for each data source.
