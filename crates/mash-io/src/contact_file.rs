//! contact_file
