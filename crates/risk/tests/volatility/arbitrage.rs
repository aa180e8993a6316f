//! Which surfaces allow a riskless profit.

use crate::classes::{class, for_all, surfaces};
use backstop_risk::surface::Surface;
use backstop_risk::volatility::{check_arbitrage, Violation};
use proptest::prelude::*;

#[test]
fn measure() {
    for skew in [-200, -150, -100, -75, -50, -25, 0, 50, 100, 150, 200] {
        let mut row = String::new();
        for bend in [0, 10, 20, 30, 40, 50, 75, 100] {
            let mut worst = 0u64;
            for vol in [200_000, 500_000, 1_000_000, 2_000_000u32] {
                let s = Surface {
                    atm_vol_ppm: [vol; 6],
                    skew_ppm: skew * 1_000,
                    curvature_ppm: bend * 1_000,
                };
                let f = check_arbitrage(&s).unwrap();
                if let Some(a) = f {
                    if a.size_e12 > worst {
                        worst = a.size_e12;
                    }
                    if vol == 500_000 {
                        print!("{:?}{} ", a.violation, a.strike_ppb);
                    }
                }
            }
            row += &format!(" {:>8}", worst / 1_000);
        }
        println!("{skew}: {row}");
    }
}
