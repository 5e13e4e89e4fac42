//! What is answered to which address, a file a room of the house.

pub(crate) mod about;
pub(crate) mod api;
pub(crate) mod assets;
pub(crate) mod debrief;
pub(crate) mod desk;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod explore;
pub(crate) mod export;
pub(crate) mod home;
pub(crate) mod host;
pub(crate) mod join;
pub(crate) mod new_room;
pub(crate) mod paper;
pub(crate) mod participant;
pub(crate) mod practice;
pub(crate) mod print;
pub(crate) mod screen;
pub(crate) mod tally;
pub(crate) mod vignettes;
