//! The catalogue of named, typed queries and their safe rendering.
