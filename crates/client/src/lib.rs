//! Helps an outsider ask: builders, fetchers, planners.
