//! What KQL means: binder, functions, lowering to DataFusion, local tables.
