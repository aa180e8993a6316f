//! Replays markets; the demo lives here.
