//! True of our protocol on any chain: pricing, margin, auctions, waterfall, shares, settlement.
