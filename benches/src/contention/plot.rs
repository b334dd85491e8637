//! The plots, as SVG.

use std::ops::Range;

use anyhow::{Result, anyhow};
use plotters::{
    coord::{Shift, combinators::IntoLogRange},
    prelude::{
        ChartBuilder, Circle, DrawingArea, IntoDrawingArea, LineSeries, PathElement, RGBColor,
        SVGBackend, SeriesLabelPosition, WHITE,
    },
    style::{BLACK, Color, ShapeStyle},
};

use super::study::{FullBlocks, THREADS};

/// Told apart by the colour-blind too (Okabe and Ito).
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
const FONT: &str = "sans-serif";
const SIZE: (u32, u32) = (1_100, 460);

type Points = Vec<(f64, f64)>;

/// How many times faster blocks get by threads, a panel for each kind.
pub(crate) fn speed_up(panels: &[(&str, &[FullBlocks])]) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        let areas = root.split_evenly((1, panels.len()));
        for (area, (name, rows)) in areas.iter().zip(panels) {
            let lines = rows.iter().map(|row| {
                let threads = THREADS.iter().map(|threads| *threads as f64);
                (
                    row.design.as_str(),
                    threads.zip(row.speed_up.iter().copied()).collect(),
                )
            });
            let caption = format!("Full blocks, {name}: times faster than one thread");
            let frame = Frame {
                caption: &caption,
                x: ("threads", 1.0..64.0),
                y: ("times faster", 1.0..64.0),
                legend: SeriesLabelPosition::UpperLeft,
                dots: true,
                base: 2.0,
            };
            frame.draw(area, &lines.collect::<Vec<_>>())?;
        }
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

/// Sizes at which the price is drawn, as parts of the depth.
pub(crate) fn sizes() -> impl Iterator<Item = f64> {
    (0..=80).map(|step| 10f64.powf(-5.0 + f64::from(step) * 3.3 / 80.0))
}

/// What a swap costs by its size: size in parts of the depth, cost in basis points.
pub(crate) fn price(lines: &[(&str, Points)]) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        let in_percent: Vec<(&str, Points)> = lines
            .iter()
            .map(|(name, points)| {
                let points = points.iter().map(|(part, cost)| (part * 100.0, *cost));
                (*name, points.collect())
            })
            .collect();
        let frame = Frame {
            caption: "A swap alone: fee and price impact, by size",
            x: ("size, % of the pool's depth", 1e-3..2.0),
            y: ("cost, basis points", 10.0..4_000.0),
            legend: SeriesLabelPosition::UpperLeft,
            dots: false,
            base: 10.0,
        };
        frame.draw(&root, &in_percent)?;
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

/// Axes, both logarithmic.
struct Frame<'a> {
    caption: &'a str,
    x: (&'a str, Range<f64>),
    y: (&'a str, Range<f64>),
    legend: SeriesLabelPosition,
    dots: bool,
    /// Of the axes' marks.
    base: f64,
}

impl Frame<'_> {
    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        lines: &[(&str, Points)],
    ) -> Result<()> {
        let scale = |range: &Range<f64>| range.clone().log_scale().base(self.base);
        let mut chart = ChartBuilder::on(area)
            .caption(self.caption, (FONT, 17))
            .margin(12)
            .x_label_area_size(42)
            .y_label_area_size(54)
            .build_cartesian_2d(scale(&self.x.1), scale(&self.y.1))
            .map_err(failed)?;
        chart
            .configure_mesh()
            .x_desc(self.x.0)
            .y_desc(self.y.0)
            .label_style((FONT, 13))
            .light_line_style(WHITE)
            .x_label_formatter(&|value| format!("{value}"))
            .y_label_formatter(&|value| format!("{value}"))
            .draw()
            .map_err(failed)?;
        for (at, (name, points)) in lines.iter().enumerate() {
            // Where lines coincide, the ones below show at the sides.
            let above = if self.dots { lines.len() - 1 - at } else { 0 };
            let width = 2 + above as u32;
            let style = ShapeStyle::from(COLORS[at % COLORS.len()]).stroke_width(width);
            let line = LineSeries::new(points.iter().copied(), style);
            let drawn = chart.draw_series(line).map_err(failed)?;
            let key = move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style);
            drawn.label(*name).legend(key);
            if self.dots {
                let dots = points
                    .iter()
                    .map(|point| Circle::new(*point, 3, style.filled()));
                chart.draw_series(dots).map_err(failed)?;
            }
        }
        chart
            .configure_series_labels()
            .position(self.legend.clone())
            .background_style(WHITE.mix(0.9))
            .border_style(BLACK.mix(0.2))
            .label_font((FONT, 13))
            .draw()
            .map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw the plot: {error}")
}
