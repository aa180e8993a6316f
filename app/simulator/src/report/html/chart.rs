//! A plot over time: axes, zones, lines, and a readout under the pointer.

use super::scale::ValueScale;
use super::svg::{escape, points, px, short, thin};
use super::time_scale::TimeScale;
use crate::utc;

/// Width of every drawing, in its own units.
pub(super) const WIDTH: f64 = 1_080.0;
/// Left and right ends of the time axis.
pub(super) const ACROSS: (f64, f64) = (66.0, 1_062.0);

/// Columns of the readout.
const COLUMNS: usize = 160;

/// A plot being drawn, layer upon layer.
pub(super) struct Chart<'a> {
    time: &'a TimeScale,
    value: ValueScale,
    top: f64,
    bottom: f64,
    label: String,
    body: String,
}

impl<'a> Chart<'a> {
    /// An empty plot of `height`, leaving `headroom` above for labels.
    pub(super) fn new(
        label: &str,
        time: &'a TimeScale,
        (headroom, height): (f64, f64),
        values: impl Iterator<Item = f64>,
        with_zero: bool,
    ) -> Self {
        let (top, bottom) = (headroom, height - 26.0);
        let value = ValueScale::new(values, with_zero, (top, bottom));
        let mut chart = Self {
            time,
            value,
            top,
            bottom,
            label: label.into(),
            body: String::new(),
        };
        chart.draw_axes();
        chart
    }

    /// The pixel of a time and a value.
    pub(super) fn at(&self, at: i64, value: f64) -> (f64, f64) {
        (self.time.x(at), self.value.y(value))
    }

    /// Appends raw SVG.
    pub(super) fn push(&mut self, svg: &str) {
        self.body += svg;
        self.body.push('\n');
    }

    fn draw_axes(&mut self) {
        let (left, right) = ACROSS;
        let (top, bottom) = (self.top, self.bottom);
        if self.value.has_negative() {
            let zero = self.value.y(0.0).clamp(top, bottom);
            let (y, width, height) = (px(zero), px(right - left), px(bottom - zero));
            self.push(&format!(
                r#"<rect class="below" x="{left}" y="{y}" width="{width}" height="{height}"/>"#
            ));
        }
        for cut in self.time.cuts.clone() {
            let (x, middle, width) = (
                px(cut.left),
                px((cut.left + cut.right) / 2.0),
                px(cut.right - cut.left),
            );
            let (height, y, text) = (px(bottom - top), px(top + 6.0), cut_label(cut.seconds));
            self.push(&format!(
                r#"<rect class="cut" x="{x}" y="{top}" width="{width}" height="{height}"/>"#
            ));
            self.push(&format!(
                r#"<text class="cut-label" transform="translate({middle},{y}) rotate(-90)" dy="0.35em">{text}</text>"#
            ));
        }
        self.draw_ticks();
    }

    fn draw_ticks(&mut self) {
        let ((left, right), bottom) = (ACROSS, self.bottom);
        for tick in self.value.ticks.clone() {
            let (y, text) = (px(self.value.y(tick)), short(tick));
            let class = if tick == 0.0 { "zero" } else { "grid" };
            self.push(&format!(
                r#"<line class="{class}" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>"#
            ));
            self.push(&format!(
                r#"<text class="tick" x="{}" y="{y}" dy="0.35em" text-anchor="end">{text}</text>"#,
                left - 8.0
            ));
        }
        let (from, to, label_y) = (px(bottom), px(bottom + 5.0), px(bottom + 18.0));
        for (x, text) in self.time.ticks() {
            let x = px(x);
            self.push(&format!(
                r#"<line class="mark" x1="{x}" x2="{x}" y1="{from}" y2="{to}"/>"#
            ));
            self.push(&format!(
                r#"<text class="tick" x="{x}" y="{label_y}" text-anchor="middle">{text}</text>"#
            ));
        }
        self.push(&format!(
            r#"<line class="axis" x1="{left}" x2="{right}" y1="{from}" y2="{from}"/>"#
        ));
    }

    fn pixels(&self, series: impl Iterator<Item = (i64, f64)>) -> Vec<(f64, f64)> {
        thin(
            &series
                .map(|(at, value)| self.at(at, value))
                .collect::<Vec<_>>(),
        )
    }

    /// A line through all points.
    pub(super) fn line(&mut self, series: impl Iterator<Item = (i64, f64)>, colour: &str) {
        let line = points(&self.pixels(series));
        self.push(&format!(
            r#"<polyline class="line" stroke="{colour}" points="{line}"/>"#
        ));
    }

    /// A line that keeps each value until the next, with the area under it filled, up to the right end.
    pub(super) fn steps(&mut self, series: &[(i64, f64)], colour: &str) {
        let mut corners: Vec<(f64, f64)> = Vec::new();
        for (at, value) in series {
            let (x, y) = self.at(*at, *value);
            if let Some((_, before)) = corners.last().copied() {
                corners.push((x, before));
            }
            corners.push((x, y));
        }
        if let Some((_, y)) = corners.last().copied() {
            corners.push((ACROSS.1, y));
        }
        self.area(&corners, colour);
        let line = points(&corners);
        self.push(&format!(
            r#"<polyline class="line" stroke="{colour}" points="{line}"/>"#
        ));
    }

    /// The area between a line and the bottom of the plot.
    pub(super) fn area(&mut self, corners: &[(f64, f64)], colour: &str) {
        let (Some(first), Some(last)) = (corners.first(), corners.last()) else {
            return;
        };
        let closing = [(last.0, self.bottom), (first.0, self.bottom)];
        let outline = points(&[corners, &closing].concat());
        self.push(&format!(
            r#"<polygon class="area" fill="{colour}" points="{outline}"/>"#
        ));
    }

    /// A line through all points with the area under it, and a dashed continuation of its last value to the right end.
    pub(super) fn line_and_area(&mut self, series: impl Iterator<Item = (i64, f64)>, colour: &str) {
        let mut corners = self.pixels(series);
        let line = points(&corners);
        self.push(&format!(
            r#"<polyline class="line" stroke="{colour}" points="{line}"/>"#
        ));
        if let Some((x, y)) = corners.last().copied().filter(|(x, _)| *x < ACROSS.1) {
            let (from, y_px, to) = (px(x), px(y), px(ACROSS.1));
            self.push(&format!(
                r#"<line class="stays" stroke="{colour}" x1="{from}" x2="{to}" y1="{y_px}" y2="{y_px}"/>"#
            ));
            corners.push((ACROSS.1, y));
        }
        self.area(&corners, colour);
    }

    /// A readout under the pointer: at most [`COLUMNS`] of `times`, each with a cursor and what `describe` says.
    pub(super) fn readout(&mut self, times: &[i64], describe: impl Fn(i64) -> String) {
        let every = times.len().div_ceil(COLUMNS).max(1);
        let chosen: Vec<i64> = times.iter().copied().step_by(every).collect();
        let (top, height) = (px(self.top), px(self.bottom - self.top));
        for (index, at) in chosen.iter().enumerate() {
            let x = self.time.x(*at);
            let edge = |other: Option<&i64>, end: f64| {
                other.map_or(end, |other| (self.time.x(*other) + x) / 2.0)
            };
            let left = edge(
                index.checked_sub(1).and_then(|before| chosen.get(before)),
                ACROSS.0,
            );
            let right = edge(chosen.get(index + 1), ACROSS.1);
            let (left_px, width, cursor) = (px(left), px((right - left).max(0.0)), px(x));
            let (text, y2) = (
                escape(&format!("{}\n{}", utc::date_clock(*at), describe(*at))),
                px(self.bottom),
            );
            self.push(&format!(
                r#"<g class="strip"><title>{text}</title><rect x="{left_px}" y="{top}" width="{width}" height="{height}"/><line x1="{cursor}" x2="{cursor}" y1="{top}" y2="{y2}"/></g>"#
            ));
        }
    }

    /// A dot with a tooltip.
    pub(super) fn dot(&mut self, (x, y): (f64, f64), radius: f64, colour: &str, tooltip: &str) {
        let (x, y, radius, tooltip) = (px(x), px(y), px(radius), escape(tooltip));
        self.push(&format!(
            r#"<circle class="dot" cx="{x}" cy="{y}" r="{radius}" fill="{colour}"><title>{tooltip}</title></circle>"#
        ));
    }

    /// The finished drawing.
    pub(super) fn finish(self) -> String {
        let (label, height) = (escape(&self.label), px(self.bottom + 26.0));
        format!(
            "<div class=\"scroll\"><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{label}\">\n\
             {}</svg></div>\n",
            self.body
        )
    }
}

/// How long a stretch was that is cut short: to the minute, which is all that matters for a stretch of that length.
fn cut_label(seconds: i64) -> String {
    utc::duration((seconds + 30).div_euclid(60) * 60)
}

/// Names beside their colours, as HTML.
pub(super) fn legend(entries: &[(&str, &str)]) -> String {
    let entries: String = entries
        .iter()
        .map(|(name, colour)| {
            let name = escape(name);
            format!(r#"<span class="key"><i style="background:{colour}"></i>{name}</span>"#)
        })
        .collect();
    format!("<p class=\"legend\">{entries}</p>\n")
}
