//! What the chain stores and says: layouts, addresses, errors, events, and the adapter accounts to portfolio.
