//! Small pieces of SVG and HTML.

/// Text made safe inside elements and attributes.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            other => safe.push(other),
        }
    }
    safe
}

/// A pixel position with one digit.
pub(super) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Colours that differ also for colour-blind readers; series take them in turn.
pub(super) const SERIES: [&str; 11] = [
    "#2f6fdb", "#d9730d", "#0f9d77", "#8a4fd3", "#c2344d", "#0891b2", "#7a8b00", "#b0468f",
    "#475569", "#8c5a2b", "#e0699a",
];

/// The colour of the n-th series.
pub(super) fn series_colour(index: usize) -> &'static str {
    SERIES[index % SERIES.len()]
}

/// `points` of a polyline.
pub(super) fn points(points: &[(f64, f64)]) -> String {
    points
        .iter()
        .map(|(x, y)| format!("{},{}", px(*x), px(*y)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Keeps first, lowest, highest and last point of every half pixel column: the drawing stays the same, the file small.
pub(super) fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let column = |point: &(f64, f64)| (point.0 * 2.0) as i64;
    let mut kept = Vec::new();
    for group in points.chunk_by(|left, right| column(left) == column(right)) {
        let mut indices = [0, 0, 0, group.len() - 1];
        for (index, point) in group.iter().enumerate() {
            if point.1 < group[indices[1]].1 {
                indices[1] = index;
            }
            if point.1 > group[indices[2]].1 {
                indices[2] = index;
            }
        }
        indices.sort_unstable();
        let mut previous = None;
        for index in indices {
            if previous != Some(index) {
                kept.push(group[index]);
            }
            previous = Some(index);
        }
    }
    kept
}

/// A short form for axes: `1.2M`, `400k`, `-25k`, `0.5`.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        _ if size >= 1e9 => (value / 1e9, "G"),
        _ if size >= 1e6 => (value / 1e6, "M"),
        _ if size >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = match scaled.abs() {
        number if number >= 1.0 || number == 0.0 => format!("{scaled:.2}"),
        _ => format!("{scaled:.6}"),
    };
    let text = text
        .trim_end_matches('0')
        .trim_end_matches('.')
        .replace('-', "\u{2212}");
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        let cases = [
            (0.0, "0"),
            (1_200_000.0, "1.2M"),
            (-25_000.0, "\u{2212}25k"),
            (0.5, "0.5"),
            (1_500.0, "1500"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
        assert_eq!(short(0.000_25), "0.00025");
    }

    #[test]
    fn thinning_keeps_extremes_and_order() {
        let dense: Vec<(f64, f64)> = (0..1_000)
            .map(|i| (f64::from(i) / 1_000.0, f64::from(i * 37 % 101)))
            .collect();
        let kept = thin(&dense);
        assert!(kept.len() <= 8);
        assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!((kept.first(), kept.last()), (dense.first(), dense.last()));
        for extreme in [0.0, 100.0] {
            assert!(kept.iter().any(|point| point.1 == extreme));
        }
    }
}
