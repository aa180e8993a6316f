//! Prices and surfaces, shown to the program.

use backstop_client::feed;
use backstop_interface::accounts::StoredSurface;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

impl Stage {
    /// Shows the published price to the feed clock.
    pub fn tick(&mut self) -> Outcome {
        let instruction = feed::tick(&self.keys, self.price_account);
        self.world.send_as("tick", &[instruction], &[])
    }

    /// A publisher submits a surface.
    pub fn submit_surface(&mut self, publisher: &str, surface: &StoredSurface) -> Outcome {
        let signer = key(publisher);
        let instruction = feed::submit_surface(&self.keys, signer.pubkey(), surface);
        self.world
            .send_as("submit_surface", &[instruction], &[&signer])
    }

    /// All three publishers submit the same surface. Returns the last outcome.
    pub fn publish_surface(&mut self, surface: &StoredSurface) -> Outcome {
        let [one, two, three] = self.publishers;
        self.submit_surface(one, surface)?;
        self.submit_surface(two, surface)?;
        self.submit_surface(three, surface)
    }
}
