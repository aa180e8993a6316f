//! True of numbers and units, whatever we trade.
