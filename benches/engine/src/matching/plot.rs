//! Rates as bars and latencies as curves, in one picture.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{coord::Shift, prelude::*, style::FontTransform};

use super::report::{Report, Row, millions};

const SIZE: (u32, u32) = (1_100, 460);
const FONT: &str = "sans-serif";
/// Ours first. Told apart by people who do not see all colours, on white.
const COLORS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(120, 120, 120),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the report as SVG.
pub(crate) fn draw(report: &Report, path: &Path) -> Result<()> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|error| anyhow!("{error}"))?;
    let (left, right) = area.split_horizontally(500);
    rates(&report.engines, &left)?;
    latencies(&report.engines, &right)?;
    area.present().map_err(|error| anyhow!("{error}"))
}

fn color(at: usize) -> RGBColor {
    COLORS[at % COLORS.len()]
}

fn rates(rows: &[Row], area: &Area<'_>) -> Result<()> {
    let highest = rows.iter().map(|row| row.messages_per_second.max);
    let highest = highest.max().unwrap_or(1) as f64 / 1e6 * 1.15;
    let mut chart = ChartBuilder::on(area)
        .caption("Messages a second, one core", (FONT, 18))
        .margin(14)
        .x_label_area_size(34)
        .y_label_area_size(48)
        .build_cartesian_2d(-0.5..rows.len() as f64 - 0.5, 0.0..highest)?;
    let name = |at: &f64| {
        let row = rows.get(at.round() as usize);
        let is_centre = (at - at.round()).abs() < 0.01;
        row.filter(|_| is_centre)
            .map_or(String::new(), |row| row.engine.to_owned())
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(rows.len() * 2 + 1)
        .x_label_formatter(&name)
        .y_desc("millions")
        .y_label_formatter(&|millions| format!("{millions:.0}"))
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (at, row) in rows.iter().enumerate() {
        let centre = at as f64;
        let rate = &row.messages_per_second;
        let millions_of = |number: u64| number as f64 / 1e6;
        let bar = [
            (centre - 0.32, 0.0),
            (centre + 0.32, millions_of(rate.median)),
        ];
        let range = [
            (centre, millions_of(rate.min)),
            (centre, millions_of(rate.max)),
        ];
        chart.draw_series([Rectangle::new(bar, color(at).filled())])?;
        chart.draw_series([PathElement::new(range, BLACK.stroke_width(2))])?;
        let style = TextStyle::from((FONT, 14).into_font().transform(FontTransform::None)).pos(
            plotters::style::text_anchor::Pos::new(
                plotters::style::text_anchor::HPos::Center,
                plotters::style::text_anchor::VPos::Bottom,
            ),
        );
        let above = (centre, millions_of(rate.max) + highest * 0.015);
        chart.draw_series([Text::new(millions(rate.median), above, style)])?;
    }
    Ok(())
}

fn latencies(rows: &[Row], area: &Area<'_>) -> Result<()> {
    // Each step to the right is a tenth of the messages before.
    let rare = |share: f64| -(1.0 - share).log10();
    let all = rows.iter().flat_map(|row| &row.latency_curve);
    let slowest = all.map(|&(_, nanos)| nanos).max().unwrap_or(1).max(1_000);
    let mut chart = ChartBuilder::on(area)
        .caption("Latency of a message", (FONT, 18))
        .margin(14)
        .margin_right(40)
        .x_label_area_size(34)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..4.0f64, (10.0..f64::from(slowest) * 1.5).log_scale())?;
    let percentile = |at: &f64| match at.round() as u32 {
        0 => "0%".to_owned(),
        1 => "90%".to_owned(),
        2 => "99%".to_owned(),
        digits => format!("99.{}%", "9".repeat(digits as usize - 2)),
    };
    chart
        .configure_mesh()
        .x_labels(5)
        .x_label_formatter(&percentile)
        .y_label_formatter(&|&nanos| {
            let (number, unit) = match nanos {
                ..1e3 => (nanos, "ns"),
                1e3..1e6 => (nanos / 1e3, "µs"),
                _ => (nanos / 1e6, "ms"),
            };
            format!("{number:.0} {unit}")
        })
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (at, row) in rows.iter().enumerate() {
        let points = row
            .latency_curve
            .iter()
            .map(|&(share, nanos)| (rare(share), f64::from(nanos.max(1))));
        chart
            .draw_series(LineSeries::new(points, color(at).stroke_width(2)))?
            .label(row.engine)
            .legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 18, y)], color(at).stroke_width(2))
            });
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.9))
        .label_font((FONT, 14))
        .draw()?;
    Ok(())
}
