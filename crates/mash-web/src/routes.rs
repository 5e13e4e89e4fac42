//! What is answered to which address.

pub(crate) mod explore;
